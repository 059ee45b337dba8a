/** The rules of change control: who must approve what, and how many versions are kept. */

import { z } from 'zod'
import { ROLES } from './permissions.ts'

export const MAX_APPROVERS = 10
export const MAX_APPROVAL_RULES = 200
export const MAX_APPROVER_GROUPS = 10
export const MAX_VERSION_LIMIT = 999

/** A year: a request that nobody answered in that time is not meant any more. */
export const MAX_REQUEST_HOURS = 8_760

/** People of whom so many must approve; whoever counts here counts for no other group. */
export const ApproverGroup = z
  .strictObject({
    name: z.string().max(100),
    roles: z.array(z.enum(ROLES)).max(ROLES.length),
    /** Ids. */
    accounts: z.array(z.uuid()).max(100),
    approvers: z.int().min(1).max(MAX_APPROVERS),
  })
  .readonly()
  .meta({ id: 'ApproverGroup' })

export type ApproverGroup = z.infer<typeof ApproverGroup>

export const ApprovalRule = z
  .strictObject({
    kind: z
      .string()
      .min(1)
      .max(50)
      .nullable()
      .meta({ description: 'of which policies; null for all kinds' }),
    target: z
      .string()
      .regex(/^(all|hub|node:[0-9a-f-]{36})$/)
      .nullable()
      .meta({ description: 'of those with effect there; null wherever they have it' }),
    approvers: z.int().min(0).max(MAX_APPROVERS),
    allowsSelfApproval: z
      .boolean()
      .meta({ description: 'whether the requester may be one of the approvers' }),
    groups: z.array(ApproverGroup).max(MAX_APPROVER_GROUPS),
    expiresAfterHours: z
      .int()
      .min(1)
      .max(MAX_REQUEST_HOURS)
      .nullable()
      .meta({ description: 'a request that was not answered by then ends; null for never' }),
  })
  .readonly()
  .meta({ id: 'ApprovalRule' })

export type ApprovalRule = z.infer<typeof ApprovalRule>

export const ChangeControlRules = z
  .strictObject({
    rules: z.array(ApprovalRule).max(MAX_APPROVAL_RULES),
    versionLimit: z
      .int()
      .min(0)
      .max(MAX_VERSION_LIMIT)
      .nullable()
      .meta({ description: 'versions kept beside the current one; null for all' }),
  })
  .readonly()
  .meta({ id: 'ChangeControlRules' })

export type ChangeControlRules = z.infer<typeof ChangeControlRules>

/** What holds before anybody said anything: nobody has to approve, every version is kept. */
export const CHANGE_CONTROL_DEFAULTS: ChangeControlRules = { rules: [], versionLimit: null }
