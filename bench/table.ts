/** Figures as a Markdown table. */

import type { Figure } from './measure.ts'

export const TABLE_HEAD: readonly string[] = [
  '| work | against | ours | theirs | ratio | goal | |',
  '|---|---|---:|---:|---:|---:|---|',
]

/** One line of the table. */
export function tableLine(work: string, figure: Figure): string {
  const { against, ours, theirs, goal } = figure
  const bound = 'atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`
  const verdict = meetsGoal(figure) ? 'met' : 'missed'
  const ratio = figure.ratio.toFixed(figure.ratio < 10 ? 2 : 1)
  return `| ${work} | ${against} | ${ours} | ${theirs} | ${ratio} | ${bound} | ${verdict} |`
}

/** True when the figure is what the design asks for. */
export function meetsGoal({ ratio, goal }: Figure): boolean {
  return 'atLeast' in goal ? ratio >= goal.atLeast : ratio <= goal.atMost
}
