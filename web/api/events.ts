import { useEffect, useRef, useState } from 'react'
import type { ZodType } from 'zod'

/** How a stream of server-sent events stands. */
export interface EventStream<Event> {
  /** The last one that came. */
  readonly last: Event | undefined
  /** `broken` tries again by itself; `closed` was ended by the hub or never opened. */
  readonly state: 'connecting' | 'open' | 'broken' | 'closed'
}

/**
 * Listens to `path` as long as the component is shown; undefined listens to nothing. Each event's
 * data is JSON of this shape; what does not fit is passed over. An event named `end` closes, and so
 * does one that `isLast`: a browser opens a stream that ended again.
 */
export function useEvents<Event>(
  path: string | undefined,
  shape: ZodType<Event>,
  onEvent?: (event: Event) => void,
  { name = 'message', isLast }: { name?: string; isLast?: (event: Event) => boolean } = {},
): EventStream<Event> {
  const [stream, setStream] = useState<EventStream<Event> & { path: string | undefined }>({
    last: undefined,
    state: 'connecting',
    path,
  })
  const listener = useRef({ onEvent, isLast })
  useEffect(() => {
    listener.current = { onEvent, isLast }
  })

  useEffect(() => {
    if (path === undefined) return
    const source = new EventSource(path)
    const show = (change: Partial<EventStream<Event>>) => {
      setStream((old) => ({
        last: old.path === path ? old.last : undefined,
        state: old.path === path ? old.state : 'connecting',
        ...change,
        path,
      }))
    }
    const take = ({ data }: MessageEvent<string>) => {
      const parsed = shape.safeParse(parseJson(data))
      if (!parsed.success) return
      const isOver = listener.current.isLast?.(parsed.data) === true
      if (isOver) source.close()
      show({ last: parsed.data, state: isOver ? 'closed' : 'open' })
      listener.current.onEvent?.(parsed.data)
    }
    source.onopen = () => show({ state: 'open' })
    source.addEventListener(name, take)
    source.onerror = () =>
      show({ state: source.readyState === EventSource.CLOSED ? 'closed' : 'broken' })
    source.addEventListener('end', () => {
      source.close()
      show({ state: 'closed' })
    })
    return () => source.close()
  }, [path, shape, name])

  if (path === undefined) return { last: undefined, state: 'closed' }
  return stream.path === path ? stream : { last: undefined, state: 'connecting' }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not ours: the shape refuses it.
    return undefined
  }
}
