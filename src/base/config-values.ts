/** How single settings are read. Values are texts, or what YAML makes of an unquoted text. */

import { isIP } from 'node:net'
import { z } from 'zod'

/** Where a server listens. */
export interface HostAndPort {
  readonly host: string
  readonly port: number
}

/** A file or folder. */
export const path = z.string('expected a path').min(1, 'expected a path')

/** `127.0.0.1:25`, `localhost:25`, `[::1]:25`, `*:25` for all addresses. Port 0 is any free one. */
export const hostAndPort = z
  .string('expected host:port')
  .transform((text, context): HostAndPort => {
    const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text) ?? []
    const port = Number(digits)
    const host = plain === '*' ? '::' : (plain ?? bracketed)
    if (host === undefined || port > 65_535 || (bracketed !== undefined && isIP(bracketed) !== 6)) {
      context.addIssue({ code: 'custom', message: 'expected host:port, such as 127.0.0.1:2525' })
      return z.NEVER
    }
    return { host, port }
  })

/** A whole number within limits. */
export function wholeNumber({ min, max }: { min: number; max: number }) {
  const message = `expected a whole number from ${min} to ${max}`
  return z.union([z.string(), z.number()], message).transform((value, context) => {
    const number = /^\d{1,15}$/.test(String(value)) ? Number(value) : NaN
    if (number >= min && number <= max) return number
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })
}

const UNIT_BYTES = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }

/** A number of bytes: `52428800`, `50M`, `50 MB`; K, M and G are powers of 1024. */
export function sizeBytes({ min, max }: { min: number; max: number }) {
  const message = `expected a size from ${show(min)} to ${show(max)}, such as 50M`
  return z.union([z.string(), z.number()], message).transform((value, context) => {
    const bytes = readSizeBytes(String(value)) ?? NaN
    if (bytes >= min && bytes <= max) return bytes
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })
}

/** A number of bytes as people write it; undefined for what is none. See `sizeBytes`. */
export function readSizeBytes(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,15}) ?([KMG]?)B?$/i.exec(text) ?? []
  if (digits === undefined) return undefined
  return Number(digits) * UNIT_BYTES[unit.toUpperCase() as keyof typeof UNIT_BYTES]
}

function show(bytes: number): string {
  for (const unit of ['G', 'M', 'K'] as const) {
    if (bytes % UNIT_BYTES[unit] === 0) return `${bytes / UNIT_BYTES[unit]}${unit}`
  }
  return String(bytes)
}

/** Some of these words, separated by commas, or as a list of YAML. */
export function listOf<const Word extends string>(words: readonly Word[]) {
  const message = `expected some of ${words.join(', ')}`
  return z
    .union([
      z.string().transform((text) => text.split(',').map((each) => each.trim())),
      z.unknown(),
    ])
    .pipe(z.array(z.enum(words, message), message).min(1, message))
    .transform((list) => [...new Set(list)])
}

/** `https://mail.example.org`, with a port perhaps: where a web interface is opened. No path. */
export const webOrigin = z.string('expected a URL').transform((text, context): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (isWeb && [url.origin, `${url.origin}/`].includes(text.toLowerCase())) return url.origin
  context.addIssue({ code: 'custom', message: 'expected a URL such as https://mail.example.org' })
  return z.NEVER
})

/** Networks such as `10.0.0.0/8`, or single addresses, separated by commas or as a list of YAML. */
export const networks = z
  .union([z.string().transform((text) => text.split(',').map((each) => each.trim())), z.unknown()])
  .pipe(
    z
      .array(z.string().refine(isNetwork), 'expected networks such as 10.0.0.0/8')
      .transform((list) => [...new Set(list)]),
  )

function isNetwork(text: string): boolean {
  const [address = '', length, more] = text.split('/')
  const bits = isIP(address) === 6 ? 128 : 32
  if (isIP(address) === 0 || more !== undefined) return false
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits)
}
