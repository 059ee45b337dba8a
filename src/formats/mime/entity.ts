/**
 * A message in its parts, each with the range of the very bytes it came as.
 *
 * Nothing is decoded and nothing is changed: what was signed is digested from these ranges.
 */

import { HubError } from '../../base/errors.ts'
import { LineWalker, type Delimiter } from './boundaries.ts'
import { parseContentType, PLAIN_TEXT, type Parameterized } from './content-type.ts'
import { findField, parseHeaderFields, type HeaderField } from './header-fields.ts'
import { MIME_LIMITS, type MimeLimits } from './limits.ts'
import { readWhole, type ByteRange, type ByteSource } from './source.ts'
import { peek, readerOf, skipComments, takeToken } from './structured-field.ts'

/** A MIME entity (RFC 2045 section 2.4): a message, or one part of it. */
export interface Entity {
  /** Header and body. The line end before the delimiter that follows is not part of it. */
  readonly range: ByteRange
  readonly header: ByteRange
  readonly body: ByteRange
  readonly fields: readonly HeaderField[]
  readonly contentType: Parameterized
  /** In lower case: `7bit` when nothing is said. */
  readonly transferEncoding: string
  /** The parts of a multipart; the message of a `message/rfc822`. */
  readonly parts: readonly Entity[]
  /** False for a multipart without its last delimiter line: something is missing, or more was wanted. */
  readonly isClosed: boolean
  /** Where it stands: empty for the root, then `1`, `2.1`… as IMAP counts. */
  readonly path: string
}

/**
 * Splits a message into its parts.
 *
 * Multiparts and `message/rfc822` are entered, unless their transfer encoding hides what they hold.
 * A multipart without boundary, or without a single delimiter line, has no parts.
 *
 * @throws HubError `mime.header_too_large`, `mime.too_deep`, `mime.too_many_parts`
 */
export function splitMessage(source: ByteSource, limits: MimeLimits = MIME_LIMITS): Entity {
  return new Splitter(source, limits).message()
}

/**
 * Reads the header of a message, and takes all that follows for its body: `parts` is empty whatever
 * it is.
 *
 * @throws HubError `mime.header_too_large`
 */
export function readHeader(source: ByteSource, limits: MimeLimits = MIME_LIMITS): Entity {
  return new Splitter(source, limits).headerOnly()
}

/** All entities of a tree: each before its parts. */
export function* walkEntities(entity: Entity): Generator<Entity, void, undefined> {
  yield entity
  for (const part of entity.parts) yield* walkEntities(part)
}

/** Transfer encodings that leave the body as it is (RFC 2045 section 6.2). */
export function isIdentityEncoding(transferEncoding: string): boolean {
  return ['7bit', '8bit', 'binary'].includes(transferEncoding)
}

/** An entity, and the delimiter of an enclosing multipart that ended it; none at the end of all. */
interface Split {
  readonly entity: Entity
  readonly stop: Delimiter | undefined
}

/** What an entity is made of besides its header. */
interface Inside {
  readonly parts: readonly Entity[]
  readonly isClosed: boolean
  readonly stop: Delimiter | undefined
}

class Splitter {
  readonly #source: ByteSource
  readonly #limits: MimeLimits
  readonly #walker: LineWalker
  #entities = 0

  constructor(source: ByteSource, limits: MimeLimits) {
    this.#source = source
    this.#limits = limits
    this.#walker = new LineWalker(source)
  }

  message(): Entity {
    return this.#entity(0, { path: '', depth: 0, defaultType: PLAIN_TEXT }).entity
  }

  headerOnly(): Entity {
    const start = 0
    const header = this.#header(start)
    const end = this.#source.sizeBytes
    return {
      ...this.#describe(header, { start, defaultType: PLAIN_TEXT }),
      range: { start, end },
      header: { start, end: header.end },
      body: { start: header.bodyStart, end },
      parts: [],
      isClosed: true,
      path: '',
    }
  }

  /** What the header says of its entity. */
  #describe(
    header: { end: number },
    { start, defaultType }: { start: number; defaultType: Parameterized },
  ): Pick<Entity, 'fields' | 'contentType' | 'transferEncoding'> {
    const block = readWhole(this.#source, { start, end: header.end })
    const fields = parseHeaderFields(block, this.#limits)
    const type = findField(fields, 'content-type')
    const contentType = type === undefined ? defaultType : parseContentType(type.value)
    return { fields, contentType, transferEncoding: encodingOf(fields) }
  }

  #entity(
    start: number,
    { path, depth, defaultType }: { path: string; depth: number; defaultType: Parameterized },
  ): Split {
    this.#count(depth)
    const header = this.#header(start)
    const described = this.#describe(header, { start, defaultType })
    const inside =
      header.stop === undefined
        ? this.#inside(header.bodyStart, { ...described, path, depth })
        : { parts: [], isClosed: true, stop: header.stop }
    // One line end can end two things: the blank line of a part without body and the delimiter line
    // of a part without anything are also the line end before the next delimiter.
    const contentEnd = inside.stop?.contentEnd ?? this.#source.sizeBytes
    const end = Math.max(start, contentEnd, inside.parts.at(-1)?.range.end ?? start)
    const bodyStart = Math.min(header.bodyStart, end)
    const entity: Entity = {
      range: { start, end },
      header: { start, end: Math.min(header.end, end) },
      body: { start: bodyStart, end },
      ...described,
      parts: inside.parts,
      isClosed: inside.isClosed,
      path,
    }
    return { entity, stop: inside.stop }
  }

  /** The header block from `start`, its blank line not included, and where the body starts. */
  #header(start: number): { end: number; bodyStart: number; stop: Delimiter | undefined } {
    const limit = start + this.#limits.headerBytes
    for (let at = start; ;) {
      const stop = this.#walker.delimiterAt(at)
      if (stop !== undefined) {
        const end = Math.max(start, stop.contentEnd)
        return { end, bodyStart: end, stop }
      }
      const next = this.#walker.lineEnd(at, limit)
      if (next === at) return { end: at, bodyStart: at, stop: undefined }
      if (next >= limit) {
        throw new HubError(
          'mime.header_too_large',
          `a header has at most ${this.#limits.headerBytes} bytes`,
        )
      }
      if (isBlankLine(this.#walker.bytes(at, next))) {
        return { end: at, bodyStart: next, stop: undefined }
      }
      at = next
    }
  }

  #inside(
    start: number,
    about: { contentType: Parameterized; transferEncoding: string; path: string; depth: number },
  ): Inside {
    const { contentType, transferEncoding, path, depth } = about
    const boundary = contentType.parameters.get('boundary')
    const isVisible = isIdentityEncoding(transferEncoding)
    if (isVisible && contentType.value.startsWith('multipart/') && boundary) {
      return this.#multipart(start, { boundary, type: contentType.value, path, depth })
    }
    if (isVisible && contentType.value === 'message/rfc822') {
      const { entity, stop } = this.#entity(start, {
        path: below(path, 1),
        depth: depth + 1,
        defaultType: PLAIN_TEXT,
      })
      return { parts: [entity], isClosed: true, stop }
    }
    return { parts: [], isClosed: true, stop: this.#walker.nextDelimiter(start) }
  }

  #multipart(
    start: number,
    about: { boundary: string; type: string; path: string; depth: number },
  ): Inside {
    const level = this.#walker.enter(about.boundary)
    const defaultType = about.type === 'multipart/digest' ? DIGEST_PART : PLAIN_TEXT
    const parts: Entity[] = []
    let delimiter = this.#walker.nextDelimiter(start)
    while (delimiter?.level === level && !delimiter.isClosing) {
      const path = below(about.path, parts.length + 1)
      const part = this.#entity(delimiter.next, { path, depth: about.depth + 1, defaultType })
      parts.push(part.entity)
      delimiter = part.stop
    }
    this.#walker.leave()
    const isClosed = delimiter?.level === level
    const stop = isClosed ? this.#walker.nextDelimiter(delimiter?.next ?? start) : delimiter
    return { parts, isClosed, stop }
  }

  #count(depth: number): void {
    this.#entities += 1
    if (depth > this.#limits.depth) {
      throw new HubError('mime.too_deep', `parts are at most ${this.#limits.depth} deep`)
    }
    if (this.#entities > this.#limits.entities) {
      throw new HubError(
        'mime.too_many_parts',
        `a message has at most ${this.#limits.entities} parts`,
      )
    }
  }
}

/** What a part of a digest without `Content-Type` is (RFC 2046 section 5.1.5). */
const DIGEST_PART: Parameterized = { value: 'message/rfc822', parameters: new Map() }

function encodingOf(fields: readonly HeaderField[]): string {
  const reader = readerOf(findField(fields, 'content-transfer-encoding')?.value ?? '')
  skipComments(reader)
  if (peek(reader) === '') return '7bit'
  const encoding = takeToken(reader)
  skipComments(reader)
  // What is no single token is kept whole, and so is none of the known encodings.
  return (peek(reader) === '' && encoding ? encoding : reader.text).toLowerCase()
}

function isBlankLine(line: Buffer): boolean {
  return line.byteLength <= 2 && line.at(-1) === 0x0a && (line.byteLength === 1 || line[0] === 0x0d)
}

function below(path: string, number: number): string {
  return path === '' ? `${number}` : `${path}.${number}`
}
