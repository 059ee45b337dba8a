/**
 * Dialogues written down in testdata. `S:` is a line the server must say, a final `*` standing for
 * any rest, and `SKIP` for the rest of a reply; `C:` is a line the client says, `RAW:` its bytes
 * with escapes, `LONG:` a line of that many characters; `STARTTLS` is a handshake, `CLOSED` the end.
 */

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SmtpDialogue } from '../../../test/support/smtp-dialogue.ts'
import { startListener } from '../../../test/support/smtp-listener.ts'
import { makeTlsIdentity } from '../../../test/support/tls-identity.ts'
import type { SmtpServerOptions } from './listener.ts'
import type { SmtpLimits } from './smtp-limits.ts'

const folder = join(import.meta.dirname, 'testdata')
const tls = makeTlsIdentity()

test.for(globSync('*.txt', { cwd: folder }).sort())('the dialogue %s', async (file) => {
  const lines = readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .map((line, at) => ({ line, at: at + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
  const settings = lines.filter(({ line }) => line.startsWith('@')).map(({ line }) => line)
  const listener = await startListener(
    optionsOf(settings),
    settings.includes('@unknown-host') ? { isKnownRelay: () => false } : {},
  )
  const dialogue = await SmtpDialogue.open(listener.port)
  for (const { line, at } of lines) {
    if (!line.startsWith('@')) await play(dialogue, line, `${file} line ${at}`)
  }
  dialogue.destroy()
  await listener.server.close({ graceMs: 0 })
})

function optionsOf(settings: readonly string[]): Partial<SmtpServerOptions> {
  const words = settings.map((setting) => setting.split(' '))
  const limits = words.flatMap(([word, name = '', value]) =>
    word === '@limit' ? [[name, Number(value)]] : [],
  )
  const max = words.find(([word]) => word === '@max')
  return {
    kind: settings.includes('@relay') ? 'relay' : 'submission',
    trustLoopback: !settings.includes('@untrusted-loopback'),
    limits: Object.fromEntries(limits) as Partial<SmtpLimits>,
    ...(settings.includes('@no-tls') ? {} : { tls }),
    ...(max === undefined ? {} : { maxMessageBytes: Number(max[1]) }),
  }
}

async function play(dialogue: SmtpDialogue, line: string, place: string): Promise<void> {
  const [word = '', argument = ''] = splitOnce(line)
  switch (word) {
    case 'S:':
      return expectLine(await dialogue.line(), argument, place)
    case 'C:':
      return dialogue.send(Buffer.from(`${argument}\r\n`, 'utf8'))
    case 'RAW:':
      return dialogue.send(JSON.parse(`"${argument.replace('\\x00', '\\u0000')}"`) as string)
    case 'LONG:':
      return dialogue.send(`${'x'.repeat(Number(argument))}\r\n`)
    case 'SKIP':
      while (/^\d{3}-/.test(await dialogue.line()));
      return
    case 'STARTTLS':
      return dialogue.encrypt()
    case 'CLOSED':
      return expect(await dialogue.line(), place).toBe('CLOSED')
    default:
      throw new Error(`${place}: cannot be read`)
  }
}

function splitOnce(line: string): string[] {
  const space = line.indexOf(' ')
  return space < 0 ? [line] : [line.slice(0, space), line.slice(space + 1)]
}

function expectLine(actual: string, expected: string, place: string): void {
  if (expected.endsWith('*'))
    expect(actual, place).toSatisfy((line: string) => line.startsWith(expected.slice(0, -1)))
  else expect(actual, place).toBe(expected)
}
