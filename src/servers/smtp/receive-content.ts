import { HubError } from '../../base/errors.ts'
import { DataReader } from '../../formats/smtp/data.ts'
import type { ContentCollector } from './content-collector.ts'
import type { Wire } from './wire.ts'

/** What became of the content after DATA. */
export type Received =
  | { is: 'whole'; content: Uint8Array }
  | { is: 'refused'; error: HubError }
  /** The end of the message is unknown, or too far: the dialogue cannot go on. */
  | { is: 'broken'; error: HubError }
  /** The client has gone in the middle of it. */
  | { is: 'cut off' }

/**
 * Reads content to its final dot, also when it is refused: the dialogue goes on after it. More than
 * `patienceBytes` of refused content end it. The deadline is one of `performance.now()`.
 */
export async function receiveContent(
  wire: Wire,
  collector: ContentCollector,
  { deadline, patienceBytes }: { deadline: number; patienceBytes: number },
): Promise<Received> {
  const reader = new DataReader()
  try {
    for (;;) {
      const chunk = await wire.readChunk(deadline)
      if (chunk === undefined) return { is: 'cut off' }
      const { segments, consumed, ended } = reader.push(chunk)
      for (const segment of segments) collector.add(segment)
      if (reader.fault !== undefined) collector.drop(reader.fault)
      const error = collector.fault
      if (ended) {
        wire.unread(chunk.subarray(consumed))
        if (error !== undefined) return { is: 'refused', error }
        return { is: 'whole', content: collector.finish() }
      }
      if (error !== undefined && collector.sizeBytes > patienceBytes) return { is: 'broken', error }
    }
  } catch (error) {
    if (error instanceof HubError) return { is: 'broken', error }
    throw error
  }
}
