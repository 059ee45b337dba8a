/** `sealpost smime verify`, `sealpost smime decrypt` and `sealpost smime open` */

import { displayedMessage } from '../smime/display.ts'
import {
  decryptMessage,
  openMessage as openLayers,
  type OpenOptions as OpenWith,
} from '../smime/open.ts'
import type { ByteSource } from '../formats/mime/source.ts'
import type { Wrapped } from '../smime/wrapped.ts'
import type { Order } from './commands.ts'
import { openMessage, writeFile } from './files.ts'
import { type KeyOptions, loadDecrypters, loadTrust, type TrustOptions } from './material.ts'
import type { Reply, WriteBytes } from './reply.ts'
import type { Surroundings } from './surroundings.ts'
import { layerLines, layerView, verdictLine, verdictView } from './verdict-words.ts'

/** Options of the command. */
export interface VerifyOptions extends TrustOptions {
  readonly addressBinding: boolean
}

/** Options of the command. */
export interface DecryptOptions extends KeyOptions {
  readonly all?: boolean
  readonly out?: string
}

export type OpenOptions = VerifyOptions & DecryptOptions

/** Verifies a message: *yes* only if all of it is signed by the address in its single From. */
export async function verifyCommand(
  { files, options }: Order<VerifyOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  const trust = loadTrust(options, surroundings.clock.now())
  const source = await openMessage(files[0] ?? '-', surroundings)
  try {
    const { addressBinding } = options
    const judged = judge(source, { ...trust, decrypters: [], addressBinding })
    judged.close()
    return judged.reply
  } finally {
    source.close()
  }
}

/** Decrypts all layers and verifies; the content is given out whatever the verdict on it is. */
export async function openCommand(
  { files, options }: Order<OpenOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  const trust = loadTrust(options, surroundings.clock.now())
  const decrypters = await loadDecrypters(options)
  const source = await openMessage(files[0] ?? '-', surroundings)
  const { addressBinding } = options
  const judged = judge(source, { ...trust, decrypters, addressBinding })
  const close = () => {
    judged.close()
    source.close()
  }
  if (!judged.isReadable) {
    close()
    return judged.reply
  }
  return withContent(judged.reply, { message: judged.message, out: options.out, close })
}

/** Decrypts the outermost layer, or all. */
export async function decryptCommand(
  { files, options }: Order<DecryptOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  const decrypters = await loadDecrypters(options)
  const source = await openMessage(files[0] ?? '-', surroundings)
  const at = surroundings.clock.now()
  const decrypted = decryptMessage(source, { decrypters, all: options.all === true, at })
  const close = () => {
    decrypted.close()
    source.close()
  }
  const { content, layers, outer } = decrypted
  const last = layers.findLast((layer) => layer.kind === 'encrypted')
  const isClosed = last?.outcome.is === 'closed'
  const json = { decrypted: content !== undefined && !isClosed, layers: layers.map(layerView) }
  const lines = layers.flatMap(layerLines)
  if (content === undefined || isClosed) {
    close()
    const isEncrypted = layers.some((layer) => layer.kind !== 'signed')
    return { isYes: false, json, lines: isEncrypted ? lines : ['the message is not encrypted'] }
  }
  const reply = { isYes: true, json, lines }
  return withContent(reply, { message: { outer, content }, out: options.out, close })
}

interface Judged {
  readonly reply: Reply
  readonly message: { readonly outer: Wrapped; readonly content: Wrapped }
  /** False when what there is to read is still closed. */
  readonly isReadable: boolean
  close(): void
}

function judge(source: ByteSource, options: OpenWith): Judged {
  const opened = openLayers(source, options)
  const { verdict, layers, partsNotOpened } = opened
  const isYes = verdict.is === 'valid'
  return {
    reply: {
      isYes,
      json: {
        valid: isYes,
        verdict: verdictView(verdict),
        layers: layers.map(layerView),
        partsNotOpened,
      },
      lines: [verdictLine(verdict), ...layers.flatMap(layerLines)],
    },
    message: opened,
    isReadable: verdict.is !== 'closed' && verdict.is !== 'unreadable',
    close: () => opened.close(),
  }
}

/** The reply with its content, to a file at once or to standard output when it is written. */
async function withContent(
  { isYes, json, lines }: Reply,
  from: {
    message: { outer: Wrapped; content: Wrapped }
    out: string | undefined
    close: () => void
  },
): Promise<Reply> {
  const { message, out = '-', close } = from
  const content = (write: WriteBytes) => {
    try {
      for (const piece of displayedMessage(message)) write(piece)
    } finally {
      close()
    }
  }
  if (out === '-') return { isYes, json, lines, content }
  await writeFile(out, content, { isPrivate: true })
  return { isYes, json: { ...json, out }, lines }
}
