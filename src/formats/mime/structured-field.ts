/** Reads the tokens that structured header fields are made of (RFC 5322 section 3.2). */

/** A text and how far it has been read. */
export interface FieldReader {
  readonly text: string
  at: number
}

/** Characters of an atom besides letters and digits (RFC 5322 section 3.2.3), and all above ASCII (RFC 6532). */
const ATOM = /[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\u0080-\uffff]+/y

/** A token of a MIME field (RFC 2045 section 5.1). */
const TOKEN = /[^\x00-\x20\x7f()<>@,;:\\"/[\]?=]+/y

/** Starts reading a text. */
export function readerOf(text: string): FieldReader {
  return { text, at: 0 }
}

/** The next character, or an empty text at the end. */
export function peek(reader: FieldReader): string {
  return reader.text.charAt(reader.at)
}

/** Steps over this character if it is the next. */
export function take(reader: FieldReader, character: string): boolean {
  if (peek(reader) !== character) return false
  reader.at += 1
  return true
}

/** Steps over white space and comments, which may be inside each other; not over one without an end. */
export function skipComments(reader: FieldReader): void {
  let depth = 0
  let outermost = reader.at
  for (; reader.at < reader.text.length; reader.at += 1) {
    const character = peek(reader)
    if (character === '(') {
      if (depth === 0) outermost = reader.at
      depth += 1
    } else if (depth === 0) {
      if (character !== ' ' && character !== '\t') return
    } else if (character === ')') depth -= 1
    else if (character === '\\') reader.at += 1
  }
  if (depth > 0) reader.at = outermost
}

/** The atom that is next, or undefined. */
export function takeAtom(reader: FieldReader): string | undefined {
  return takeMatch(reader, ATOM)
}

/** The MIME token that is next, or undefined. */
export function takeToken(reader: FieldReader): string | undefined {
  return takeMatch(reader, TOKEN)
}

/** The content of the quoted string that is next, or undefined when none is next or it has no end. */
export function takeQuoted(reader: FieldReader): string | undefined {
  if (peek(reader) !== '"') return undefined
  let content = ''
  for (let at = reader.at + 1; at < reader.text.length; at += 1) {
    const character = reader.text.charAt(at)
    if (character === '"') {
      reader.at = at + 1
      return content
    }
    if (character === '\\') at += 1
    content += reader.text.charAt(at)
  }
  return undefined
}

function takeMatch(reader: FieldReader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at
  const match = pattern.exec(reader.text)
  if (match === null) return undefined
  reader.at = pattern.lastIndex
  return match[0]
}
