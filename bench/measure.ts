/**
 * How work is compared: in one process and run, in turn, by processor time.
 *
 * Each contender gets a slice, then the next one, round after round, so that whatever else the
 * machine does strikes all of them. Time is user and system time of the whole process, which other
 * processes hardly change. A figure is the median of the ratios of the rounds, not the ratio of
 * medians.
 *
 * Nobody pays for those before: garbage is collected before a slice, and its first part, in which
 * caches fill, is not measured.
 */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** One operation: does the work once. */
export type Operation = () => unknown

/** A comparison with one peer. */
export interface Figure {
  /** Who Sealpost is compared with: `node:crypto`, `PKI.js`, `openssl`. */
  readonly against: string
  /** How many times as much as the peer: 2 is twice as fast, or twice as large. */
  readonly ratio: number
  readonly goal: { readonly atLeast: number } | { readonly atMost: number }
  /** Both sides in a unit that people know. */
  readonly ours: string
  readonly theirs: string
}

/** One line of work in the table; what measures it takes a few seconds. */
export interface Row {
  readonly work: string
  measure(): Promise<readonly Figure[]>
}

/** Rounds of one slice for each contender. */
const ROUNDS = 7
/** A slice is long against the timer's resolution and short against changes of the machine's load. */
const SLICE_MS = 120
/** Long against what it takes to fill a cache. */
const RUN_UP_MS = 20
/** What engines need before they have compiled the hot path. */
const WARM_UP_MS = 1000

export interface Contenders {
  readonly ours: Operation
  readonly peers: readonly {
    readonly against: string
    readonly atLeast: number
    readonly operation: Operation
  }[]
}

/** A row of small operations in memory, all on this thread. */
export function compare(work: string, make: () => Contenders | Promise<Contenders>): Row {
  return {
    work,
    async measure() {
      const { ours, peers } = await make()
      const operations = [ours, ...peers.map((peer) => peer.operation)]
      for (const operation of operations) await slice(operation, WARM_UP_MS)
      const rounds: number[][] = []
      for (let round = 0; round < ROUNDS; round += 1) {
        const rates: number[] = []
        for (const operation of operations) {
          collect({ type: 'minor' })
          await slice(operation, RUN_UP_MS)
          rates.push(await slice(operation, SLICE_MS))
        }
        rounds.push(rates)
      }
      const rateOf = (at: number) => median(rounds.map((rates) => rates[at] ?? 0))
      return peers.map(({ against, atLeast }, at) => ({
        against,
        ratio: median(rounds.map(([own = 0, ...rates]) => own / (rates[at] ?? 1))),
        goal: { atLeast },
        ours: perSecond(rateOf(0)),
        theirs: perSecond(rateOf(at + 1)),
      }))
    },
  }
}

// Set at run time, so that `node bench/run.ts` needs no flag.
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void

/** Operations per second of processor time, over at least so many milliseconds. */
async function slice(operation: Operation, ms: number): Promise<number> {
  const until = performance.now() + ms
  const before = process.cpuUsage()
  let count = 0
  do {
    // A promise is awaited and a value not, so that an asynchronous peer pays for being so.
    const result = operation()
    if (result instanceof Promise) await result
    count += 1
  } while (performance.now() < until)
  const { user, system } = process.cpuUsage(before)
  return (count * 1e6) / (user + system)
}

/** The middle one; of an even number the upper of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString('en-US')}/s`
}
