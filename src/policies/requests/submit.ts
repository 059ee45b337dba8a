/** Asks others to do something with a policy (table A3). */

import { HubError } from '../../base/errors.ts'
import type { RequestAction } from '../../contract/policy-lifecycle.ts'
import type { Transaction } from '../../db/connection.ts'
import type { DeleteFrom } from '../lifecycle/delete.ts'
import type { LinksChoice } from '../deployment/links-choice.ts'
import { type CreateOrder, makePolicy } from '../lifecycle/create.ts'
import { APPROVED_VERB, MACHINE, PENDING_STATE } from '../lifecycle/machine.ts'
import type { PolicyOrder } from '../lifecycle/step.ts'
import type { PolicyRow } from '../lifecycle/store.ts'
import {
  type Actor,
  type Held,
  isEnough,
  move,
  permissionsOf,
  permitted,
  record,
  requireAll,
} from '../lifecycle/transition.ts'
import { parseCopyAddress } from './copy-address.ts'
import { enqueueDue } from './due.ts'
import { examine } from './examine.ts'
import { noticeOf } from './notice-of.ts'
import {
  NOTHING_SPECIAL,
  type PolicyRequest,
  type RequestedOrder,
  type RequestParts,
  requestOf,
} from './request.ts'
import * as store from './store.ts'

/** An address that gets a copy of the mail. */
interface Copied {
  readonly cc?: string | undefined
}

export interface RequestCommand extends PolicyOrder, Copied {}

export interface RequestDeployCommand extends RequestCommand {
  /** By default the newest. */
  readonly version?: number | undefined
  readonly links?: LinksChoice | undefined
  readonly notBefore?: Date | undefined
}

export type RequestDeleteCommand = RequestCommand & { readonly from: DeleteFrom }

export type RequestCreateCommand = CreateOrder & Copied

/** The policy is there at once, and pending. @throws HubError as `create`; `address.malformed` */
export function requestCreate(
  parts: RequestParts,
  command: RequestCreateCommand,
): Promise<PolicyRequest> {
  return parts.db.transaction().execute(async (tx) => {
    const held = await permissionsOf(tx, command.by, null)
    requireAll(held, MACHINE['request-create'].needs, 'request-create')
    const { policy } = await makePolicy(tx, parts, { ...command, state: PENDING_STATE.create })
    const order = { ...NOTHING_SPECIAL, isLive: command.isLive ?? false }
    return submit(tx, parts, policy, { ...command, action: 'create', order, held, number: 1 })
  })
}

/** @throws HubError as `permitted`; `address.malformed` */
export function requestControl(
  parts: RequestParts,
  command: RequestCommand,
): Promise<PolicyRequest> {
  return request(parts, 'control', command, () => NOTHING_SPECIAL)
}

/** @throws HubError as `permitted` and `proposed`; `address.malformed` */
export function requestDeploy(
  parts: RequestParts,
  command: RequestDeployCommand,
): Promise<PolicyRequest> {
  const { version, links = 'all' } = command
  return request(parts, 'deploy', command, ({ newest }) => ({
    ...NOTHING_SPECIAL,
    ...{ version: version ?? newest, links },
  }))
}

/** @throws HubError as `permitted`; `address.malformed` */
export function requestDelete(
  parts: RequestParts,
  command: RequestDeleteCommand,
): Promise<PolicyRequest> {
  const { from } = command
  return request(parts, 'delete', command, () => ({ ...NOTHING_SPECIAL, from }))
}

/** @throws HubError as `permitted`; `address.malformed` */
export function requestRestore(
  parts: RequestParts,
  command: RequestCommand,
): Promise<PolicyRequest> {
  return request(parts, 'restore', command, () => NOTHING_SPECIAL)
}

function request(
  parts: RequestParts,
  action: Exclude<RequestAction, 'create'>,
  command: RequestCommand & { notBefore?: Date | undefined },
  orderFor: (policy: PolicyRow) => RequestedOrder,
): Promise<PolicyRequest> {
  return parts.db.transaction().execute(async (tx) => {
    const verb = `request-${action}` as const
    const { policy, held } = await permitted(tx, { ...command, verb })
    const moved = await move(tx, policy, { verb })
    const order = orderFor(policy)
    return submit(tx, parts, moved, { ...command, action, order, held, number: order.version })
  })
}

async function submit(
  tx: Transaction,
  parts: RequestParts,
  policy: PolicyRow,
  asked: Copied & {
    readonly action: RequestAction
    readonly order: RequestedOrder
    readonly by: Actor
    readonly comment?: string | undefined
    readonly notBefore?: Date | undefined
    readonly held: Held
    readonly number: number | null
  },
): Promise<PolicyRequest> {
  const { action, order, by, comment = '', notBefore, held, number } = asked
  const cc = parseCopyAddress(asked.cc ?? '')
  const at = parts.clock.now()
  const requirement = await examine(tx, parts, policy, asked)
  const row = await store.insertRequest(tx, {
    ...{ policyId: policy.id, action, state: 'open', at, comment, cc },
    ...{ by: by.id, byName: by.name, order: JSON.stringify(order) },
    expiresAt: hoursAfter(at, requirement.expiresAfterHours),
    notBefore: notBefore ?? null,
  })
  if (row === undefined) throw alreadyRequested(policy)
  const request = requestOf(row)
  if (request.expiresAt !== null) await enqueueDue(tx, request.id, request.expiresAt)
  // Whoever could do it at once needs nobody to be told (table A3); where a rule asks for others, nobody can.
  const mayAlone = isEnough(held, MACHINE[APPROVED_VERB[action]].needs)
  if (!mayAlone || requirement.approvers > 0) {
    await parts.notices.submitted(tx, await noticeOf(tx, parts, policy, request), { cc })
  }
  const detail = { requestId: request.id, ...(order.from === null ? {} : { from: order.from }) }
  await record(tx, parts, policy, { verb: `request-${action}`, by, comment, number, detail })
  return request
}

function hoursAfter(at: Date, hours: number | null): Date | null {
  return hours === null ? null : new Date(at.getTime() + hours * 3_600_000)
}

function alreadyRequested({ name }: PolicyRow): HubError {
  return new HubError('policy.wrong_state', `there is a request for “${name}” already`)
}
