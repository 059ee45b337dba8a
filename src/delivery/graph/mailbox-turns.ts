/** Turns at a mailbox of Graph, which takes four requests at once and counts every process' own. */

/** Graph's limit for each application and mailbox. */
const AT_ONCE = 4

interface Mailbox {
  busy: number
  readonly waiting: (() => void)[]
  /** Until then Graph asked to be left alone; milliseconds of `performance.now`. */
  pausedUntilMs: number
}

/** One for a process: everybody who sends from a mailbox waits for the same turns. */
export class MailboxTurns {
  readonly #mailboxes = new Map<string, Mailbox>()

  /**
   * Waits for a turn, and gives what ends it.
   *
   * @throws what the signal was aborted with
   */
  async take(key: string, signal: AbortSignal): Promise<() => void> {
    const mailbox = this.#of(key)
    signal.throwIfAborted()
    if (mailbox.busy < AT_ONCE) mailbox.busy += 1
    else await waitIn(mailbox.waiting, signal)
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      // The turn is handed on, or free.
      const next = mailbox.waiting.shift()
      if (next === undefined) mailbox.busy -= 1
      else next()
    }
  }

  /** Nobody should ask for so long. */
  pause(key: string, ms: number): void {
    const mailbox = this.#of(key)
    mailbox.pausedUntilMs = Math.max(mailbox.pausedUntilMs, performance.now() + ms)
  }

  /** For how long nobody should ask; 0 when anybody may. */
  pauseLeftMs(key: string): number {
    const mailbox = this.#mailboxes.get(key)
    return Math.max(0, (mailbox?.pausedUntilMs ?? 0) - performance.now())
  }

  #of(key: string): Mailbox {
    const known = this.#mailboxes.get(key)
    if (known !== undefined) return known
    const mailbox: Mailbox = { busy: 0, waiting: [], pausedUntilMs: 0 }
    this.#mailboxes.set(key, mailbox)
    return mailbox
  }
}

async function waitIn(waiting: (() => void)[], signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const onTurn = () => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }
    const onAbort = () => {
      waiting.splice(waiting.indexOf(onTurn), 1)
      reject(signal.reason as Error)
    }
    waiting.push(onTurn)
    signal.addEventListener('abort', onAbort, { once: true })
  })
}
