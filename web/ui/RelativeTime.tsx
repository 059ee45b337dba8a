import { useFormat } from './format.ts'
import { Hint } from './Hint.tsx'
import { TICK_MS, useNow } from './now.ts'

interface Props {
  /** ISO 8601, as the hub writes it. */
  readonly at: string
  /** Day and minute instead of *3 minutes ago*; the exact time is on hover all the same. */
  readonly absolute?: boolean
  /** Makes a sentence of it: *Last used 3 days ago*. */
  readonly words?: (when: string) => string
}

/** A moment: relative, with the exact time on hover, in the reader's zone. */
export function RelativeTime({ at, absolute = false, words = (when) => when }: Props) {
  const format = useFormat()
  const now = useNow()
  const moment = new Date(at)
  // The present of the page lags behind: what just happened is not to come.
  const ahead = moment.getTime() - now.getTime()
  const present = ahead > 0 && ahead <= TICK_MS ? moment : now
  return (
    <Hint label={format.exact(moment)}>
      {(target) => (
        <time dateTime={at} {...target}>
          {words(absolute ? format.moment(moment) : format.relative(moment, present))}
        </time>
      )}
    </Hint>
  )
}
