/** Reads the ASCII armor of OpenPGP (RFC 9580 section 6.2). */

import { decodeLatin1 } from '../../base/bytes.ts'
import { Base64Decoder } from '../mime/base64.ts'
import { collect, sourceOf, chunksOf } from '../mime/source.ts'
import { isStrictBase64 } from '../mime/strict-base64.ts'
import { through } from '../mime/transfer-encoding.ts'

/** The keys that RFC 9580 knows, a few lines of them: programs write their name and a comment. */
const HEAD =
  /^-----BEGIN PGP MESSAGE-----[ \t]*\r?\n(?:(?:Version|Comment|Hash|Charset|MessageID): ?[^\r\n]{0,200}\r?\n){0,8}[ \t]*\r?\n/

/** The checksum is optional, and not checked: it says nothing of who wrote it. */
const TAIL = /\n(?:=[A-Za-z0-9+/]{4}[ \t]*\r?\n)?-----END PGP MESSAGE-----$/

/** More than `HEAD` and `TAIL` can match. */
const MAX_HEAD_BYTES = 2048
const MAX_TAIL_BYTES = 64

/**
 * The bytes in the armor of one `PGP MESSAGE`. Undefined when the text is anything but that armor
 * with white space around it.
 */
export function findArmoredMessage(text: Uint8Array): Uint8Array | undefined {
  const armor = trimmed(text)
  const head = HEAD.exec(decodeLatin1(armor.subarray(0, MAX_HEAD_BYTES)))
  const tail = TAIL.exec(decodeLatin1(armor.subarray(-MAX_TAIL_BYTES)))
  if (head === null || tail === null) return undefined
  const lines = armor.subarray(head[0].length, armor.byteLength - tail[0].length)
  if (!isStrictBase64(lines)) return undefined
  return collect(through(chunksOf(sourceOf(lines)), new Base64Decoder()))
}

function trimmed(text: Uint8Array): Uint8Array {
  let from = 0
  let to = text.byteLength
  while (from < to && isSpace(text[from])) from += 1
  while (to > from && isSpace(text[to - 1])) to -= 1
  return text.subarray(from, to)
}

function isSpace(octet: number | undefined): boolean {
  return octet === 0x20 || octet === 0x09 || octet === 0x0d || octet === 0x0a
}
