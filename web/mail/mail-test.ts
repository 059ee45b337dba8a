import { useCallback, useEffect, useState } from 'react'
import {
  type MailConfigurationView,
  MailConfigurationView as ViewShape,
} from '../../src/contract/mail-configuration.ts'
import { MAIL_TEST_EVENT, MailTestStarted, MailTestView } from '../../src/contract/mail-tests.ts'
import { type Attempt, useApi, useChange, useRead, useRefresh } from '../api/data.ts'
import { useEvents } from '../api/events.ts'
import type { Loadable } from '../api/loadable.ts'
import { SESSION_PATH } from '../api/session.ts'
import { type MailDraft, ordersOf, valuesOf } from './mail-draft.ts'

export const MAIL_PATH = '/api/v1/mail-configuration'

/** When the stream of a test breaks off, it is asked for this often. */
const ASK_MS = 2_000

export function useMailConfiguration(): Loadable<MailConfigurationView> {
  return useRead(MAIL_PATH, ViewShape)
}

export interface RunningMailTest {
  /** As far as it is known: of this page's own test, if it started one. */
  readonly test: MailTestView | undefined
  /** Follows a test from now on, such as the one that saving set off. */
  readonly follow: (id: string) => void
  /** Counts the tests that this page followed; a new one is brought into sight. */
  readonly followed: number
}

/** Follows a test live; without one, shows the last that there was. */
export function useMailTest(last: MailTestView | null): RunningMailTest {
  const [own, setOwn] = useState<{ id: string; count: number }>()
  const refresh = useRefresh()
  const path = own && `/api/v1/mail-tests/${own.id}`
  const isOver = (test: MailTestView | undefined) => test?.state === 'over'
  const stream = useEvents(path && `${path}/events`, MailTestView, undefined, {
    name: MAIL_TEST_EVENT,
    isLast: isOver,
  })
  const isCut = path !== undefined && !isOver(stream.last) && stream.state !== 'open'
  const asked = useRead(path ?? '', MailTestView, {
    enabled: isCut && stream.state !== 'connecting',
    everyMs: ASK_MS,
  })
  const test = stream.last ?? (isCut && asked.state === 'ready' ? asked.value : undefined)
  const ended = isOver(test) ? test?.id : undefined
  useEffect(() => {
    // The last test and the notices of every page are others now.
    if (ended !== undefined) void refresh(MAIL_PATH, SESSION_PATH)
  }, [ended, refresh])
  const follow = useCallback(
    (id: string) => setOwn((before) => ({ id, count: (before?.count ?? 0) + 1 })),
    [],
  )
  return {
    test: own === undefined ? (last ?? undefined) : test?.id === own.id ? test : undefined,
    follow,
    followed: own?.count ?? 0,
  }
}

/** Starts a test of what is saved, or of the values of a form. */
export function useStartMailTest(): {
  readonly start: (shown?: {
    readonly draft: MailDraft
    readonly basedOn: number
  }) => Promise<Attempt<MailTestStarted>>
  readonly busy: boolean
} {
  const api = useApi()
  const change = useChange((shown: { draft: MailDraft; basedOn: number } | undefined) =>
    api.call('/api/v1/mail-tests', {
      method: 'POST',
      body:
        shown === undefined
          ? { saved: true }
          : {
              values: valuesOf(shown.draft),
              secrets: ordersOf(shown.draft),
              basedOn: shown.basedOn,
            },
      reply: MailTestStarted,
    }),
  )
  return { start: change.attempt, busy: change.busy }
}
