/** `sealpost registry convert IN OUT` */

import { randomUUID } from 'node:crypto'
import {
  convertRegistry,
  REGISTRY_FORMATS,
  type Conversion,
  type RegistryFormat,
} from '../formats/registry/convert.ts'
import type { Hive } from '../formats/registry/document.ts'
import { LOSSES, type Loss } from '../formats/registry/losses.ts'
import { findHive } from '../formats/registry/names.ts'
import { type Order, usageError } from './commands.ts'
import { readFile, writeFile } from './files.ts'
import type { Reply } from './reply.ts'
import type { Surroundings } from './surroundings.ts'

export interface ConvertOptions {
  readonly hive?: string
}

/** Converts a file, and says what the other one cannot hold. */
export async function convertCommand(
  { files: [input = '', output = ''], options }: Order<ConvertOptions>,
  { clock }: Pick<Surroundings, 'clock'>,
): Promise<Reply> {
  const from = formatOf(input)
  const to = formatOf(output)
  if (from === to) throw usageError(`both files are .${from}: there is nothing to convert`)
  const hive = options.hive === undefined ? hiveOfPaths({ input, output }) : hiveOf(options.hive)
  if (from === 'pol' && hive === undefined) {
    throw usageError('registry.pol does not say its hive: give --hive HKLM or --hive HKCU')
  }
  const changed = clock.now().toISOString().slice(0, 19).replace('T', ' ')
  const stamp = () => ({ changed, uid: `{${randomUUID().toUpperCase()}}` })
  const conversion = convertRegistry(readFile(input), { from, to, hive, stamp })
  await writeFile(output, (write) => write(conversion.bytes), { isPrivate: false })
  return replyOf(conversion, { from, to, input, output })
}

function replyOf(
  { items, hive, losses }: Conversion,
  { from, to, input, output }: { from: string; to: string; input: string; output: string },
): Reply {
  const warnings = losses.map((loss) => ({ ...loss, message: messageOf(loss) }))
  return {
    isYes: true,
    json: {
      in: input,
      out: output,
      from,
      to,
      ...(hive === undefined ? {} : { hive }),
      items,
      warnings,
    },
    lines: [
      `wrote ${output}: ${items.written} of ${items.read} items of ${input}`,
      ...warnings.map(({ message, code }) => `warning: ${message} (${code})`),
    ],
  }
}

function messageOf({ code, item }: Loss): string {
  return item === undefined ? LOSSES[code] : `${item}: ${LOSSES[code]}`
}

function formatOf(path: string): RegistryFormat {
  const format = REGISTRY_FORMATS.find((each) => path.toLowerCase().endsWith(`.${each}`))
  if (format === undefined) throw usageError(`file ${path} ends in none of .xml, .pol and .reg`)
  return format
}

/** The folders of group policies say whose settings lie in them. */
function hiveOfPaths({ input, output }: { input: string; output: string }): Hive | undefined {
  const pol = formatOf(input) === 'pol' ? input : formatOf(output) === 'pol' ? output : ''
  const folder = pol
    .toLowerCase()
    .split(/[/\\]/)
    .slice(0, -1)
    .findLast((each) => each === 'machine' || each === 'user')
  if (folder === undefined) return undefined
  return folder === 'machine' ? 'HKEY_LOCAL_MACHINE' : 'HKEY_CURRENT_USER'
}

function hiveOf(name: string): Hive {
  const hive = findHive(name)
  if (hive === 'HKEY_LOCAL_MACHINE' || hive === 'HKEY_CURRENT_USER') return hive
  throw usageError('--hive is HKLM or HKCU')
}
