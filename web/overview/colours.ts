/** The same outcome has the same colour in every plot: `--plot-1` to `--plot-5`. */
export const OUTCOME_COLOURS = {
  delivered: 3,
  waiting: 1,
  held: 5,
  failed: 2,
  cancelled: 4,
} as const
