/** What a request is: what exactly is asked for, and what it is made of. */

import { z } from 'zod'
import type { RequestAction } from '../../contract/policy-lifecycle.ts'
import type { ControlParts } from '../control-parts.ts'
import { LinksChoice } from '../deployment/links-choice.ts'
import type { RequestNotices } from './notices.ts'
import type { RequestRow } from './store.ts'

/** What is to be done when it is approved. */
export const RequestedOrder = z.strictObject({
  /** To deploy. */
  version: z.int().min(1).nullable(),
  links: LinksChoice,
  /** To delete from there. */
  from: z.enum(['archive', 'archive-and-production']).nullable(),
  /** To create, and deploy at once. */
  isLive: z.boolean(),
})

export type RequestedOrder = z.infer<typeof RequestedOrder>

export const NOTHING_SPECIAL: RequestedOrder = {
  version: null,
  links: 'all',
  from: null,
  isLive: false,
}

/** A request as it stands, with what it asks for. */
export type PolicyRequest = Omit<RequestRow, 'order'> & { readonly order: RequestedOrder }

export function requestOf(row: RequestRow): PolicyRequest {
  return { ...row, order: RequestedOrder.parse(row.order) }
}

export interface RequestParts extends ControlParts {
  readonly notices: RequestNotices
}

export function isOver({ state }: { state: RequestRow['state'] }): boolean {
  return state !== 'open' && state !== 'scheduled'
}

/** The version that would be in force; undefined when production stays as it is or loses the policy. */
export function versionToDeploy({
  action,
  order,
}: {
  action: RequestAction
  order: RequestedOrder
}): number | undefined {
  if (action === 'create') return order.isLive ? 1 : undefined
  return action === 'deploy' ? (order.version ?? undefined) : undefined
}
