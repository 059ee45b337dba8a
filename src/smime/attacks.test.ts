import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  ATTACK_CASES,
  castIn,
  decrypterIn,
  type AttackCase,
} from '../../test/support/attack-messages.ts'
import { decodeLatin1 } from '../base/bytes.ts'
import { HubError } from '../base/errors.ts'
import { sourceOf } from '../formats/mime/source.ts'
import { openMessage, type OpenedMessage } from './open.ts'

const testdata = join(import.meta.dirname, 'testdata')
const keys = join(testdata, '00-keys')
const cast = castIn(keys)
const decrypter = decrypterIn(keys, cast)

const folderOf = (index: number, { name }: AttackCase) =>
  join(testdata, `${String(index + 1).padStart(2, '0')}-${name}`)

/** The message of a case, written when there is none yet and golden files are asked for. */
async function inputOf(folder: string, attack: AttackCase): Promise<Uint8Array> {
  const path = join(folder, 'input.eml')
  if (!existsSync(path) && process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, await attack.make(cast), 'latin1')
    writeFileSync(join(folder, 'README'), `${attack.about}\n`)
  }
  return readFileSync(path)
}

function open(bytes: Uint8Array, attack: Partial<AttackCase> = {}): OpenedMessage {
  return openMessage(sourceOf(bytes), {
    anchors: [cast.ca.certificate],
    decrypters: [decrypter],
    at: new Date(attack.at ?? '2027-01-01T00:00:00Z'),
    ...(attack.addressBinding === false ? { addressBinding: false } : {}),
  })
}

/** What the golden files hold: verdicts, and what is displayed. */
function view(opened: OpenedMessage): string {
  const { verdict, layers, content, partsNotOpened } = opened
  const { source, entity } = content
  const names = (key: string, value: unknown) =>
    key === 'certificate' || key === 'by' || key === 'at'
      ? (value as { subject: { text: string } }).subject.text
      : key === 'certificates' || key === 'recipients'
        ? (value as unknown[]).length
        : value
  const body = decodeLatin1(source.read(entity.body.start, entity.body.end))
  const displayed = {
    type: entity.contentType.value,
    ...(partsNotOpened.length > 0 ? {} : { body }),
  }
  return `${JSON.stringify({ verdict, layers, partsNotOpened, displayed }, names, 2)}\n`
}

describe('golden: attacks and what becomes of them', () => {
  test.for(ATTACK_CASES.map((attack, index) => ({ ...attack, folder: folderOf(index, attack) })))(
    '$about ($name)',
    async (attack) => {
      const opened = open(await inputOf(attack.folder, attack), attack)
      const expected = join(attack.folder, 'expected.json')
      await expect(view(opened)).toMatchFileSnapshot(expected)
      opened.close()
    },
  )
})

describe('nothing a stranger sends causes anything but a HubError', () => {
  const names = ['clear-signed', 'opaque-signed', 'triple-wrapped', 'encrypted', 'two-signers']
  const corpus = ATTACK_CASES.flatMap((attack, index) =>
    names.includes(attack.name) ? [{ name: attack.name, folder: folderOf(index, attack) }] : [],
  )
  const tryToOpen = (bytes: Uint8Array): string => {
    try {
      const opened = open(bytes)
      opened.close()
      return opened.verdict.is
    } catch (error) {
      expect(error).toBeInstanceOf(HubError)
      return 'error'
    }
  }

  const read = (folder: string) => readFileSync(join(folder, 'input.eml'))

  test.for(corpus)('every prefix of $name', ({ folder }) => {
    const bytes = read(folder)
    for (let end = 0; end < bytes.byteLength; end += 1) tryToOpen(bytes.subarray(0, end))
  })

  test.for(corpus)(
    'every single bit of $name flipped, and no content passes changed',
    ({ folder, name }) => {
      const bytes = read(folder)
      const content = bytes.indexOf('Pay Bob 10.')
      for (let at = 0; at < bytes.byteLength; at += 1) {
        const changed = Uint8Array.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8))
        const verdict = tryToOpen(changed)
        const isContent = content >= 0 && at >= content && at < content + 11
        if (isContent) expect(verdict, `${name} at ${at}`).not.toBe('valid')
      }
    },
  )
})
