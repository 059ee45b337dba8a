import { useSyncExternalStore } from 'react'

/** Everything relative on the page moves on together, this often. */
export const TICK_MS = 15_000

let now = new Date()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    now = new Date()
    timer = setInterval(() => {
      now = new Date()
      for (const each of listeners) each()
    }, TICK_MS)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) clearInterval(timer)
  }
}

/** The present, one for all, renewed every quarter of a minute. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, () => now)
}
