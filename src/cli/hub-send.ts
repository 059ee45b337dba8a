/** `sealpost send`: hands a message over on the hub's own machine, whether it runs or not. */

import { userInfo } from 'node:os'
import { HubError } from '../base/errors.ts'
import { parseAddress, parseAddressList } from '../formats/mime/addresses.ts'
import { findFields, type HeaderField, parseHeaderFields } from '../formats/mime/header-fields.ts'
import { withCrlf } from '../formats/mime/line-ends.ts'
import { chunksOf, collect } from '../formats/mime/source.ts'
import { needsSmtpUtf8 } from '../formats/smtp/path.ts'
import { type Order, usageError } from './commands.ts'
import { openMessage } from './files.ts'
import { type HubOptions, withHub } from './hub-access.ts'
import type { Reply } from './reply.ts'
import type { Surroundings } from './surroundings.ts'

export interface SendOptions extends HubOptions {
  readonly from?: string
  readonly to?: readonly string[]
}

/** Takes the envelope from the options, or else from the header as a mail program would. */
export async function sendCommand(
  { files: [file = '-'], options }: Order<SendOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  const source = await openMessage(file, surroundings)
  let content: Uint8Array
  try {
    content = collect(withCrlf(chunksOf(source)))
  } finally {
    source.close()
  }
  const fields = parseHeaderFields(content)
  const envelopeFrom = options.from ?? addressesOf(fields, 'from')[0]
  const recipients = options.to ?? ['to', 'cc', 'bcc'].flatMap((key) => addressesOf(fields, key))
  if (envelopeFrom === undefined) throw usageError('the message has no From field: say --from')
  if (recipients.length === 0) throw usageError('the message names no recipient: say --to')
  return withHub(options, surroundings, {
    async work({ messages }) {
      const { id } = await messages.accept({
        envelopeFrom: envelopeFrom === '' ? '' : checked(envelopeFrom),
        recipients: [...new Set(recipients.map(checked))],
        content,
        smtpUtf8: [envelopeFrom, ...recipients].some(needsSmtpUtf8),
        via: 'api',
        client: { address: '127.0.0.1', hello: 'localhost', credential: userInfo().username },
      })
      return { isYes: true, json: { message: { id } }, lines: [id] }
    },
  })
}

function addressesOf(fields: readonly HeaderField[], key: string): string[] {
  return findFields(fields, key).flatMap(({ value }) =>
    parseAddressList(value).map(({ address }) => address),
  )
}

function checked(text: string): string {
  try {
    return parseAddress(text)
  } catch (cause) {
    throw cause instanceof HubError ? usageError(`${text} is not a mail address`) : cause
  }
}
