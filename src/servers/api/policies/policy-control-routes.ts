import type { Route } from '../route.ts'
import { editPolicy, policyHistory, showPolicy, showPolicyDocument } from './one-policy-routes.ts'
import { POLICY_ACCESS_ROUTES } from './policy-access-routes.ts'
import {
  createPolicy,
  differenceOfPolicies,
  labelPolicies,
  listPolicies,
} from './policy-list-routes.ts'
import { orderPolicy } from './policy-order-routes.ts'
import { REQUEST_TEST_ROUTES } from './request-test-routes.ts'
import {
  listPolicyRequests,
  orderPolicyRequest,
  showPolicyRequest,
} from './policy-request-routes.ts'

/** Change control. */
export const POLICY_CONTROL_ROUTES: readonly Route[] = [
  listPolicies,
  createPolicy,
  labelPolicies,
  differenceOfPolicies,
  ...POLICY_ACCESS_ROUTES,
  showPolicy,
  showPolicyDocument,
  editPolicy,
  orderPolicy,
  policyHistory,
  listPolicyRequests,
  showPolicyRequest,
  orderPolicyRequest,
  ...REQUEST_TEST_ROUTES,
]
