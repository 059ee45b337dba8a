/** What an opened message reads like: the header that stayed outside, and the content from inside. */

import { encodeLatin1 } from '../base/bytes.ts'
import { describesContent } from '../formats/mime/header-fields.ts'
import { withCrlf } from '../formats/mime/line-ends.ts'
import { terminated } from '../formats/mime/seven-bit.ts'
import { chunksOf } from '../formats/mime/source.ts'
import type { Wrapped } from './wrapped.ts'

/**
 * The message without its outer layers, byte for byte where it came from inside.
 *
 * The header is that of the outer message without what described its content, then that of the
 * content. A field that is on both sides is taken from inside: that one was protected. Content of a
 * file without a header of its own comes out alone.
 */
export function* displayedMessage({
  outer,
  content,
}: {
  outer: Wrapped
  content: Wrapped
}): Generator<Uint8Array, void, undefined> {
  const { source, entity } = content
  if (content !== outer) {
    const inside = new Set(entity.fields.map(({ key }) => key))
    for (const field of outer.entity.fields) {
      if (field.name === '' || describesContent(field) || inside.has(field.key)) continue
      yield* withCrlf([terminated(field.raw)])
    }
  }
  yield* chunksOf(source, entity.header)
  yield* entity.body.start > entity.header.end
    ? chunksOf(source, { start: entity.header.end, end: entity.range.end })
    : blankLineBefore(content)
}

/** An entity that is nothing but a header, or whose blank line ended the part before the next. */
function* blankLineBefore({ source, entity }: Wrapped): Generator<Uint8Array, void, undefined> {
  if (entity.fields.length > 0) yield encodeLatin1('\r\n')
  yield* chunksOf(source, entity.body)
}
