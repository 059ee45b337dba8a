/** The same outcome has the same colour in every plot: `--plot-1` to `--plot-6`. */
export const OUTCOME_COLOURS = {
  delivered: 3,
  waiting: 1,
  held: 5,
  partly: 6,
  failed: 2,
  cancelled: 4,
} as const
