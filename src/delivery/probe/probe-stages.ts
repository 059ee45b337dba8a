/** Keeps the stages of a test: which one is under way, what was said in it, how it ended. */

import type {
  MailCause,
  MailStage,
  MailStageName,
  MailTestOutcome,
} from '../../contract/mail-stages.ts'
import type { Recorder } from '../smtp/smtp-connection.ts'

type OnStage = (stage: MailStage, index: number) => void

const MARKS = { client: '>', server: '<', transport: '-' } as const

/** Lines of one stage; a reply has at most a hundred. */
const MAX_LINES = 200

export class ProbeStages {
  readonly #stages: MailStage[]
  readonly #onStage: OnStage
  #current = -1
  #beganMs = 0

  constructor(stages: readonly MailStage[], onStage: OnStage = () => undefined) {
    this.#stages = [...stages]
    this.#onStage = onStage
  }

  get all(): readonly MailStage[] {
    return this.#stages
  }

  /** The stage under way; the first one before any began. */
  get current(): MailStageName {
    return this.#stages[Math.max(0, this.#current)]?.name ?? 'connect'
  }

  /** The stage under way is done, and this one begins; those between the two were not needed. */
  readonly enter = (name: MailStageName): void => {
    const next = this.#stages.findIndex((stage) => stage.name === name)
    if (next <= this.#current) return
    this.#endCurrent('done')
    for (let at = this.#current + 1; at < next; at += 1) this.#change(at, { state: 'skipped' })
    this.#current = next
    this.#beganMs = performance.now()
    this.#change(next, { state: 'running' })
  }

  /** Takes down what is said in the stage under way; the server's last reply is kept apart. */
  readonly record: Recorder = (by, text) => {
    const stage = this.#stages[this.#current]
    if (stage === undefined || stage.transcript.length >= MAX_LINES) return
    const last = stage.transcript.at(-1)?.startsWith(MARKS.server) === true
    this.#change(this.#current, {
      transcript: [...stage.transcript, `${MARKS[by]} ${text}`],
      ...(by !== 'server' ? {} : { reply: last && stage.reply ? `${stage.reply}\n${text}` : text }),
    })
  }

  /** Adds what was found out in a stage, and what there is to beware of. */
  annotate(name: MailStageName, found: Pick<MailStage, 'facts' | 'cause' | 'reply'>): void {
    const at = this.#stages.findIndex((stage) => stage.name === name)
    const stage = this.#stages[at]
    if (stage === undefined) return
    const { facts, ...rest } = found
    this.#change(at, {
      ...rest,
      ...(facts === undefined ? {} : { facts: { ...stage.facts, ...facts } }),
    })
  }

  /** Every stage that was needed is done. */
  succeed(): MailTestOutcome {
    this.#endCurrent('done')
    return { is: 'accepted' }
  }

  /** The stage under way has failed, and what would have followed is not done. */
  fail(cause: MailCause): MailTestOutcome {
    if (this.#current < 0) this.enter(this.current)
    const stage = this.current
    this.annotate(stage, { cause })
    this.#endCurrent('failed')
    for (let at = this.#current + 1; at < this.#stages.length; at += 1) {
      this.#change(at, { state: 'skipped' })
    }
    return { is: 'failed', stage, cause }
  }

  /** A stage that was done turns out to be the one to blame. */
  blame(name: MailStageName, cause: MailCause): void {
    const at = this.#stages.findIndex((stage) => stage.name === name)
    this.#change(at, { state: 'failed', cause })
  }

  #endCurrent(state: 'done' | 'failed'): void {
    if (this.#current < 0) return
    const durationMs = Math.round(performance.now() - this.#beganMs)
    this.#change(this.#current, { state, durationMs })
  }

  #change(at: number, change: Partial<MailStage>): void {
    const stage = this.#stages[at]
    if (stage === undefined) return
    const changed: MailStage = { ...stage, ...change }
    this.#stages[at] = changed
    this.#onStage(changed, at)
  }
}
