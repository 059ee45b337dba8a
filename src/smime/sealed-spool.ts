/**
 * Where content waits that must not be seen yet: plaintext whose tag is not verified, or that is too
 * large for memory.
 *
 * What is small waits in memory. The rest goes to a file that has no name any more, sealed with a key
 * that exists only in this process (AES-256-GCM, block by block): whatever is found on the disk later,
 * be it after a crash, opens for nobody.
 */

import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { releaseBytes } from '../base/bytes.ts'
import { HubError } from '../base/errors.ts'
import { type ByteSource, CHUNK_BYTES } from '../formats/mime/source.ts'

/** Pieces of `chunksOf` never reach over the end of a block. */
const BLOCK_BYTES = 4 * CHUNK_BYTES
const TAG_BYTES = 16
const SEALED_BLOCK_BYTES = BLOCK_BYTES + TAG_BYTES

/** Up to here content stays in memory: most mail does. */
const MEMORY_BYTES = 1024 * 1024

/** Takes bytes in order, then gives them anywhere. Closing it destroys them. */
export class SealedSpool implements ByteSource {
  readonly #key = createSecretKey(randomBytes(32))
  readonly #folder: string
  #memory: Buffer[] | undefined = []
  #whole: Buffer | undefined
  #file: number | undefined
  #sizeBytes = 0
  /** The block that is being filled while writing, and the one read last afterwards. */
  #block = Buffer.alloc(0)
  #blockLength = 0
  #blockIndex = -1
  #sealed = Buffer.alloc(0)
  /** For what reaches over the end of a block. */
  #room = Buffer.alloc(0)

  /** `folder` is where a file is made when one is needed. */
  constructor(folder: string = tmpdir()) {
    this.#folder = folder
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /**
   * Adds bytes at the end.
   *
   * @throws HubError `spool.failed`: the disk is full, or the folder cannot be written to
   */
  write(bytes: Uint8Array): void {
    this.#sizeBytes += bytes.byteLength
    if (this.#memory !== undefined) {
      this.#memory.push(Buffer.from(bytes))
      if (this.#sizeBytes > MEMORY_BYTES) this.#moveToFile(this.#memory)
      return
    }
    for (let at = 0; at < bytes.byteLength;) {
      const part = bytes.subarray(at, at + BLOCK_BYTES - this.#blockLength)
      this.#block.set(part, this.#blockLength)
      this.#blockLength += part.byteLength
      at += part.byteLength
      if (this.#blockLength === BLOCK_BYTES) this.#writeBlock()
    }
  }

  /** No more bytes follow: from now on they can be read. */
  finish(): void {
    if (this.#memory !== undefined) {
      this.#whole = Buffer.concat(this.#memory)
      this.#memory = undefined
    } else if (this.#blockLength > 0) this.#writeBlock()
    this.#blockIndex = -1
  }

  /** Valid until the next call when the content is in a file. */
  read(start: number, end: number): Uint8Array {
    if (this.#whole !== undefined) return this.#whole.subarray(start, end)
    if (start === end) return new Uint8Array(0)
    const first = Math.floor(start / BLOCK_BYTES)
    const offset = first * BLOCK_BYTES
    if (end <= offset + BLOCK_BYTES)
      return this.#readBlock(first).subarray(start - offset, end - offset)
    if (this.#room.byteLength < end - start) this.#room = Buffer.allocUnsafe(end - start)
    const out = this.#room.subarray(0, end - start)
    for (let at = start; at < end;) {
      const index = Math.floor(at / BLOCK_BYTES)
      const blockStart = index * BLOCK_BYTES
      const part = this.#readBlock(index).subarray(at - blockStart, end - blockStart)
      out.set(part, at - start)
      at += part.byteLength
    }
    return out
  }

  /** Destroys what it holds. */
  close(): void {
    this.#memory = undefined
    this.#whole = Buffer.alloc(0)
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #moveToFile(pieces: readonly Buffer[]): void {
    this.#memory = undefined
    this.#sizeBytes = 0
    this.#block = Buffer.alloc(BLOCK_BYTES)
    this.#sealed = Buffer.alloc(SEALED_BLOCK_BYTES)
    this.#blockIndex = 0
    try {
      const folder = mkdtempSync(join(this.#folder, 'sealpost-'))
      this.#file = openSync(join(folder, 'spool'), 'wx+', 0o600)
      // The file lives on without a name, as long as it is open.
      rmSync(folder, { recursive: true })
    } catch (cause) {
      throw new HubError('spool.failed', `no file can be made in ${this.#folder}`, { cause })
    }
    for (const piece of pieces) this.write(piece)
  }

  #writeBlock(): void {
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonceOf(this.#blockIndex))
    const sealed = cipher.update(this.#block.subarray(0, this.#blockLength))
    cipher.final()
    this.#sealed.set(sealed)
    this.#sealed.set(cipher.getAuthTag(), sealed.byteLength)
    releaseBytes(sealed)
    this.#transfer(writeSync, this.#blockIndex, this.#blockLength + TAG_BYTES)
    this.#blockIndex += 1
    this.#blockLength = 0
  }

  #readBlock(index: number): Buffer {
    const length = Math.min(BLOCK_BYTES, this.#sizeBytes - index * BLOCK_BYTES)
    if (this.#blockIndex === index) return this.#block.subarray(0, length)
    this.#blockIndex = -1
    this.#transfer(readSync, index, length + TAG_BYTES)
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonceOf(index))
    decipher.setAuthTag(this.#sealed.subarray(length, length + TAG_BYTES))
    const plaintext = decipher.update(this.#sealed.subarray(0, length))
    this.#block.set(plaintext)
    releaseBytes(plaintext)
    try {
      decipher.final()
    } catch (cause) {
      throw new HubError('spool.failed', 'what was spooled was changed on the disk', { cause })
    }
    this.#blockIndex = index
    return this.#block.subarray(0, length)
  }

  /** Reads or writes one sealed block. */
  #transfer(
    transfer: (file: number, bytes: Buffer, offset: number, length: number, at: number) => number,
    index: number,
    length: number,
  ): void {
    const start = index * SEALED_BLOCK_BYTES
    for (let done = 0; done < length;) {
      let count = 0
      try {
        count = transfer(this.#file ?? -1, this.#sealed, done, length - done, start + done)
      } catch (cause) {
        throw new HubError('spool.failed', 'what waits on disk cannot be kept there', { cause })
      }
      if (count === 0) throw new HubError('spool.failed', 'what waits on disk is cut short')
      done += count
    }
  }
}

/** The key seals one content, each block of it once: the number of the block never repeats. */
function nonceOf(index: number): Uint8Array {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(index, 6, 6)
  return nonce
}
