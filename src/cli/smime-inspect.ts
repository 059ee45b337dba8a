/** `sealpost smime inspect FILE` */

import { inspectMessage, type PartView } from '../smime/inspect.ts'
import type { Order } from './commands.ts'
import { openMessage } from './files.ts'
import type { Reply } from './reply.ts'
import type { Surroundings } from './surroundings.ts'

/** Shows the structure of a message. */
export async function inspectCommand(
  { files: [file = '-'] }: Order<unknown>,
  surroundings: Surroundings,
): Promise<Reply> {
  const source = await openMessage(file, surroundings)
  try {
    const message = inspectMessage(source)
    return { isYes: true, json: { message }, lines: linesOf(message, 0) }
  } finally {
    source.close()
  }
}

function linesOf(part: PartView, depth: number): readonly string[] {
  const name = part.fileName === undefined ? '' : ` ${JSON.stringify(part.fileName)}`
  const size = `${part.sizeBytes} bytes, ${part.transferEncoding}`
  const line = `${'  '.repeat(depth)}${part.path || 'message'}: ${part.type}${name} (${size})`
  return [line, ...part.parts.flatMap((each) => linesOf(each, depth + 1))]
}
