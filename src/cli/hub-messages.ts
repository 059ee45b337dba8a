/** `sealpost message list | show | hold | release | retry | cancel` */

import type { DeliveryState } from '../db/tables/messages.ts'
import { isMessageId } from '../messages/message-id.ts'
import type { MessageOrder } from '../messages/orders/orders.ts'
import { type Order, usageError } from './commands.ts'
import { type HubOptions, withHub } from './hub-access.ts'
import { messageLines } from './message-view.ts'
import type { Reply } from './reply.ts'
import type { Surroundings } from './surroundings.ts'
import { table } from './table.ts'

const STATES: readonly string[] = [
  'waiting',
  'held',
  'delivered',
  'failed',
  'cancelled',
] satisfies readonly DeliveryState[]

const MAX_LIMIT = 10_000

export interface ListOptions extends HubOptions {
  readonly state?: string
  readonly limit: string
  readonly before?: string
}

export function listMessagesCommand(
  { options }: Order<ListOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  const limit = Number(options.limit)
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw usageError(`--limit is a number from 1 to ${MAX_LIMIT}`)
  }
  const { state, before } = options
  if (state !== undefined && !isState(state)) {
    throw usageError(`--state is one of ${STATES.join(', ')}`)
  }
  if (before !== undefined && !isMessageId(before)) {
    throw usageError('--before is the identifier of a message')
  }
  return withHub(options, surroundings, {
    async work({ messages }) {
      const list = await messages.list({
        limit,
        ...(state === undefined ? {} : { state }),
        ...(before === undefined ? {} : { before }),
      })
      return {
        isYes: true,
        json: { messages: list },
        lines: table(
          ['ID', 'ACCEPTED', 'FROM', 'TO', 'STATE'],
          list.map(({ id, acceptedAt, envelopeFrom, recipients, states }) => [
            id,
            acceptedAt.toISOString(),
            envelopeFrom === '' ? '<>' : envelopeFrom,
            recipients.length > 1
              ? `${recipients[0] ?? ''} and ${recipients.length - 1} more`
              : (recipients[0] ?? ''),
            countStates(states),
          ]),
          'no messages',
        ),
      }
    },
  })
}

export function showMessageCommand(
  { files: [id = ''], options }: Order<HubOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  return withHub(options, surroundings, {
    async work({ messages }) {
      const message = await messages.get(id)
      return { isYes: true, json: { message }, lines: messageLines(message) }
    },
  })
}

export function orderMessageCommand(
  name: MessageOrder,
  { files: [id = ''], options }: Order<HubOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  return withHub(options, surroundings, {
    async work({ messages }) {
      const deliveries = await messages.orders.order(name, id, { by: 'command' })
      return {
        isYes: true,
        json: { message: { id }, deliveries },
        lines: [`${name}: ${deliveries} ${deliveries === 1 ? 'delivery' : 'deliveries'} of ${id}`],
      }
    },
  })
}

function isState(text: string): text is DeliveryState {
  return STATES.includes(text)
}

/** `delivered`, or `2 delivered, 1 waiting`. */
function countStates(states: readonly DeliveryState[]): string {
  const counts = [...Map.groupBy(states, (state) => state)].map(([state, all]) => ({
    state,
    count: all.length,
  }))
  const [only] = counts
  if (counts.length === 1 && only !== undefined) return only.state
  return counts.map(({ state, count }) => `${count} ${state}`).join(', ')
}
