import { expect, test } from 'vitest'
import { encodeUtf8 } from './bytes.ts'
import { generateSealingKey, importSealingKey, seal, unseal } from './seal.ts'

const key = generateSealingKey()
const plaintext = encodeUtf8('the board meets on Friday')

test('a sealed box opens with its key and purpose', () => {
  expect(unseal(key, 'message:1', seal(key, 'message:1', plaintext))).toEqual(
    Buffer.from(plaintext),
  )
})

test('two boxes of the same bytes differ', () => {
  expect(seal(key, 'message:1', plaintext)).not.toEqual(seal(key, 'message:1', plaintext))
})

test('a box does not open for another purpose or with another key', () => {
  const box = seal(key, 'message:1', plaintext)
  expect(() => unseal(key, 'message:2', box)).toThrow('does not open')
  expect(() => unseal(generateSealingKey(), 'message:1', box)).toThrow('does not open')
})

test('a box with any bit changed, or cut anywhere, does not open', () => {
  const box = seal(key, 'message:1', plaintext)
  for (let at = 0; at < box.byteLength; at += 1) {
    const changed = Uint8Array.from(box)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(() => unseal(key, 'message:1', changed)).toThrow()
    expect(() => unseal(key, 'message:1', box.subarray(0, at))).toThrow()
  }
})

test('a sealing key of the wrong length is refused', () => {
  expect(() => importSealingKey(new Uint8Array(31))).toThrow('32 bytes')
})
