/** How areas and lines of a plot are told apart without their colours: each colour has a pattern. */

import type { PlotColour } from './Plot.tsx'

const TILE = 8
const WIDTH = 1.5

/** Lines across a tile, from and to. Colours without any are drawn whole. */
const LINES: Readonly<Record<PlotColour, readonly (readonly [number, number, number, number])[]>> =
  {
    1: [[2, 0, 2, 3]],
    2: [
      [0, 0, TILE, TILE],
      [0, TILE, TILE, 0],
    ],
    3: [],
    4: [[TILE / 2, 0, TILE / 2, TILE]],
    5: [[0, TILE / 2, TILE, TILE / 2]],
    6: [
      [0, TILE, TILE, 0],
      [-WIDTH, WIDTH, WIDTH, -WIDTH],
      [TILE - WIDTH, TILE + WIDTH, TILE + WIDTH, TILE - WIDTH],
    ],
  }

/** Lengths of dashes and gaps of a line, in pixels. */
const DASHES: Readonly<Record<PlotColour, readonly number[]>> = {
  1: [],
  2: [2, 3],
  3: [12, 3],
  4: [6, 4],
  5: [10, 3, 2, 3],
  6: [4, 2],
}

interface Drawn {
  readonly colour: PlotColour
  /** What `--plot-N` is, and what lies behind the plot. */
  readonly ink: string
  readonly paper: string
  /** Device pixels for each of ours. */
  readonly ratio: number
}

/** What an area of a colour is filled with. */
export function patternOf({ colour, ink, paper, ratio }: Drawn): CanvasPattern | string {
  const tile = document.createElement('canvas')
  tile.width = tile.height = TILE * ratio
  const context = tile.getContext('2d')
  if (context === null || LINES[colour].length === 0) return ink
  context.scale(ratio, ratio)
  context.fillStyle = ink
  context.fillRect(0, 0, TILE, TILE)
  context.strokeStyle = paper
  context.lineWidth = WIDTH
  for (const [fromX, fromY, toX, toY] of LINES[colour]) {
    context.beginPath()
    context.moveTo(fromX, fromY)
    context.lineTo(toX, toY)
    context.stroke()
  }
  return context.createPattern(tile, 'repeat') ?? ink
}

export function dashOf(colour: PlotColour, ratio = 1): number[] {
  return DASHES[colour].map((length) => length * ratio)
}
