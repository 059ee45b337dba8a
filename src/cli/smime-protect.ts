/** `sealpost smime sign` and `sealpost smime encrypt` */

import { CONTENT_CIPHERS, type ContentCipher } from '../formats/cms/content-ciphers.ts'
import { SIGNATURE_SCHEMES, type SignatureScheme } from '../formats/cms/signature-schemes.ts'
import { protectSource } from '../smime/protect-stream.ts'
import type { Protection } from '../smime/protect.ts'
import { type Order, usageError } from './commands.ts'
import { openMessage, writeFile } from './files.ts'
import { type KeyOptions, loadRecipients, loadSigner } from './material.ts'
import type { JsonObject, Reply, WriteBytes } from './reply.ts'
import type { Surroundings } from './surroundings.ts'

/** Options of the command. */
export interface SignOptions extends KeyOptions {
  readonly chain?: readonly string[]
  readonly opaque?: boolean
  readonly scheme?: string
  readonly out?: string
}

/** Options of the command. */
export interface EncryptOptions {
  readonly to?: readonly string[]
  readonly cipher: string
  readonly oaep?: boolean
  readonly out?: string
}

/** Signs a message. */
export async function signCommand(
  { files, options }: Order<SignOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  const { scheme: wanted, opaque: isOpaque = false, ...rest } = options
  const scheme = wanted === undefined ? undefined : schemeOf(wanted)
  const signer = await loadSigner({ ...rest, ...(scheme && { scheme }) })
  const at = surroundings.clock.now()
  const { subject, fingerprint } = signer.certificate
  const json = {
    signer: { subject: subject.text, fingerprint },
    scheme: signer.scheme,
    form: isOpaque ? 'opaque' : 'clear',
  }
  const line = `signed by ${subject.text}, ${signer.scheme}`
  const protection: Protection = { signer, isOpaque, recipients: [], cipher: 'aes-256-gcm', at }
  return protectFile(
    { file: files[0] ?? '-', protection, out: options.out, said: { json, line } },
    surroundings,
  )
}

/** Encrypts a message. */
export async function encryptCommand(
  { files, options }: Order<EncryptOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  const cipher = cipherOf(options.cipher)
  const at = surroundings.clock.now()
  const isOaep = options.oaep === true
  const recipients = loadRecipients(options.to ?? [], { at, isOaep })
  const readers = recipients.map(({ certificate }) => ({
    subject: certificate.subject.text,
    fingerprint: certificate.fingerprint,
  }))
  const json = { cipher, recipients: readers }
  const line = `encrypted with ${cipher} to ${readers.map(({ subject }) => subject).join('; ')}`
  const protection: Protection = { recipients, cipher, at }
  return protectFile(
    { file: files[0] ?? '-', protection, out: options.out, said: { json, line } },
    surroundings,
  )
}

async function protectFile(
  order: {
    file: string
    protection: Protection
    out: string | undefined
    said: { json: JsonObject; line: string }
  },
  surroundings: Surroundings,
): Promise<Reply> {
  const { file, protection, out = '-', said } = order
  const content = async (write: WriteBytes) => {
    const source = await openMessage(file, surroundings)
    try {
      await protectSource(source, protection, write)
    } finally {
      source.close()
    }
  }
  if (out === '-') return { isYes: true, json: said.json, lines: [], content }
  await writeFile(out, content, { isPrivate: false })
  return { isYes: true, json: { ...said.json, out }, lines: [said.line] }
}

function schemeOf(name: string): SignatureScheme {
  if (Object.hasOwn(SIGNATURE_SCHEMES, name)) return name as SignatureScheme
  throw usageError(`unknown scheme ${name}; one of ${Object.keys(SIGNATURE_SCHEMES).join(', ')}`)
}

function cipherOf(name: string): ContentCipher {
  if (Object.hasOwn(CONTENT_CIPHERS, name)) return name as ContentCipher
  throw usageError(`unknown cipher ${name}; one of ${Object.keys(CONTENT_CIPHERS).join(', ')}`)
}
