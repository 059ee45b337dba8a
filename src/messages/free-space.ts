/** Whether there is room for another message. */

import { statfs } from 'node:fs/promises'
import type { Clock } from '../base/clock.ts'
import { HubError } from '../base/errors.ts'

/**
 * Room that is kept free for the database's own work: its log, and the records of what is under way.
 * A database that meets a full disk stops; a hub that refuses mail before that goes on delivering,
 * which is what makes room.
 */
const KEPT_FREE_BYTES = 64 * 1024 * 1024

/** The system is asked this often at most. */
const LOOK_EVERY_MS = 500

export class FreeSpace {
  readonly #folder: string
  readonly #clock: Clock
  #lookedAt = 0
  #freeBytes = Infinity

  /** `folder` lies on the file system that the database writes to. */
  constructor({ folder, clock }: { folder: string; clock: Clock }) {
    this.#folder = folder
    this.#clock = clock
  }

  /**
   * Resolves when there is room for so many bytes.
   *
   * @throws HubError `storage.full`
   */
  async need(sizeBytes: number): Promise<void> {
    const now = this.#clock.now().getTime()
    if (now - this.#lookedAt >= LOOK_EVERY_MS) {
      this.#lookedAt = now
      const { bavail, bsize } = await statfs(this.#folder)
      this.#freeBytes = bavail * bsize
    }
    // The content is written to the log first and to the table later.
    if (this.#freeBytes < KEPT_FREE_BYTES + 2 * sizeBytes) {
      throw new HubError('storage.full', 'the disk of the database is nearly full', {
        detail: { freeBytes: this.#freeBytes },
      })
    }
  }
}
