import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { CHUNK_BYTES } from '../formats/mime/source.ts'
import { SealedSpool } from './sealed-spool.ts'

/** Bytes that differ from place to place. */
const patterned = (length: number) => Buffer.alloc(length, Buffer.from('0123456789abcdefg'))

function spoolOf(bytes: Uint8Array, pieceBytes: number): SealedSpool {
  const spool = new SealedSpool()
  onTestFinished(() => spool.close())
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) {
    spool.write(bytes.subarray(at, at + pieceBytes))
  }
  spool.finish()
  return spool
}

test.for([
  { name: 'nothing', sizeBytes: 0 },
  { name: 'what fits in memory', sizeBytes: 1024 * 1024 },
  { name: 'one byte more than that', sizeBytes: 1024 * 1024 + 1 },
  { name: 'whole blocks', sizeBytes: 32 * CHUNK_BYTES },
  { name: 'what is no number of blocks', sizeBytes: 32 * CHUNK_BYTES + 7 },
])('a spool gives back $name, anywhere', ({ sizeBytes }) => {
  const bytes = patterned(sizeBytes)
  const spool = spoolOf(bytes, 100_003)
  expect(spool.sizeBytes).toBe(sizeBytes)
  const ranges = [
    [0, sizeBytes],
    [sizeBytes, sizeBytes],
    [Math.max(0, sizeBytes - 3), sizeBytes],
    [4 * CHUNK_BYTES - 1, 4 * CHUNK_BYTES + 1],
    [5, 9 * CHUNK_BYTES + 5],
  ] as const
  for (const [start, end] of ranges.filter(([, last]) => last <= sizeBytes)) {
    expect(Buffer.compare(spool.read(start, end), bytes.subarray(start, end))).toBe(0)
  }
})

test('a spool leaves nothing with a name in its folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const spool = new SealedSpool(folder)
  spool.write(patterned(3 * 1024 * 1024))
  expect(readdirSync(folder)).toEqual([])
  spool.finish()
  expect(Buffer.from(spool.read(0, 10)).toString()).toBe('0123456789')
  spool.close()
})

test('a folder that cannot be written to is spool.failed', () => {
  const spool = new SealedSpool('/nonexistent')
  expect(() => spool.write(patterned(2 * 1024 * 1024))).toThrow('no file can be made')
})
