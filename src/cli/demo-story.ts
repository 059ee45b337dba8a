/** Tells the demo as it happens: a line for each stage, and the whole as JSON at the end. */

import type { Writable } from 'node:stream'
import { write } from './reply.ts'

/** One stage that was gone through. */
export interface Stage {
  readonly stage: string
  /** False when it was not as it should be. */
  readonly ok: boolean
  readonly ms: number
  readonly lines: readonly string[]
}

const WIDTH = 76

export class Story {
  readonly stages: Stage[] = []
  readonly #out: Writable | undefined
  #lastMs = performance.now()

  /** Without `out` nothing is told before the end. */
  constructor(out: Writable | undefined) {
    this.#out = out
  }

  /** Everything so far was as it should be. */
  get isTrue(): boolean {
    return this.stages.every(({ ok }) => ok)
  }

  /** Tells that a stage is over: what it was, in a line, and what belongs to it below. */
  async tell(
    stage: string,
    { ok = true, lines = [] }: { ok?: boolean; lines?: readonly string[] } = {},
  ): Promise<void> {
    const nowMs = performance.now()
    const ms = Math.round(nowMs - this.#lastMs)
    this.#lastMs = nowMs
    this.stages.push({ stage, ok, ms, lines })
    const head = `${ok ? '✓' : '✗'} ${stage}`.padEnd(WIDTH)
    await this.#write(`${head}${`${ms} ms`.padStart(9)}`, ...lines.map((line) => `    ${line}`))
  }

  /** Says something between two stages. */
  async say(...lines: readonly string[]): Promise<void> {
    await this.#write(...lines)
  }

  async #write(...lines: readonly string[]): Promise<void> {
    if (this.#out !== undefined) await write(this.#out, lines.map((line) => `${line}\n`).join(''))
  }
}

/** The first lines of a text, each at most as long as fits; says how many more there are. */
export function excerpt(text: string, lines: number): string[] {
  const all = text.trimEnd().split(/\r?\n/)
  const shown = all.slice(0, lines).map((line) => line.replaceAll('\t', '  ').slice(0, WIDTH))
  return all.length > lines ? [...shown, `… and ${all.length - lines} more lines`] : shown
}
