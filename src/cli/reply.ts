/** What a command answers, and how it reaches a person, a program or a batch. */

import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { asHubError, type HubError } from '../base/errors.ts'

/** Exit status: 0 done or *yes*; 1 *no*; 2 wrong usage or unreadable input; 3 could not be done. */
export type ExitStatus = 0 | 1 | 2 | 3

/** A JSON object. */
export type JsonObject = { readonly [key: string]: unknown }

/** Takes bytes, which are its own only during the call. */
export type WriteBytes = (bytes: Uint8Array) => void

/** What became of a command that could do its work. */
export interface Reply {
  /** False when the answer is *no*: a signature is not valid, a message cannot be decrypted. */
  readonly isYes: boolean
  /** The whole answer, for `--json`. */
  readonly json: JsonObject
  /** The answer for a person, line by line. */
  readonly lines: readonly string[]
  /** Writes content that was asked for on standard output; the lines then go to standard error. */
  readonly content?: (write: WriteBytes) => Promise<void> | void
}

/** Writes a reply to a person. */
export async function tellPerson(
  reply: Reply,
  { stdout, stderr }: { stdout: Writable; stderr: Writable },
): Promise<ExitStatus> {
  const text = reply.lines.map((line) => `${line}\n`).join('')
  if (reply.content === undefined) await write(stdout, text)
  else {
    // Standard output writes at once to files and pipes, so nothing piles up.
    await reply.content((bytes) => stdout.write(Buffer.from(bytes)))
    await write(stderr, text)
  }
  return statusOf(reply)
}

/** The one JSON document of a reply. Content becomes `contentBase64`. */
export async function documentOf(reply: Reply): Promise<JsonObject> {
  if (reply.content === undefined) return reply.json
  const pieces: Buffer[] = []
  await reply.content((bytes) => pieces.push(Buffer.from(bytes)))
  return { ...reply.json, contentBase64: Buffer.concat(pieces).toString('base64') }
}

export function statusOf(reply: Reply): ExitStatus {
  return reply.isYes ? 0 : 1
}

/** An error as a JSON document. */
export function errorDocument(error: unknown): JsonObject {
  const { code, message, detail } = asHubError(error)
  const hasDetail = Object.keys(detail).length > 0
  return { error: { code, message, ...(hasDetail ? { detail } : {}) } }
}

/** An error as one line for a person; what is not ours adds the defect underneath. */
export function errorLine(error: unknown): string {
  const known: HubError = asHubError(error)
  const defect = known.code === 'internal.unexpected' ? `: ${innermost(error)}` : ''
  return `sealpost: ${known.message}${defect} (${known.code})`.replace(/[\r\n]+/g, ' ')
}

/** Writes, and waits while the reader is slower. */
export async function write(stream: Writable, data: string | Uint8Array): Promise<void> {
  if (data.length === 0) return
  if (!stream.write(data)) await once(stream, 'drain')
}

function innermost(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
