import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { EndedSessions, type SessionEntry, SessionList } from '../../src/contract/session.ts'
import { useApi, useChange, useRead } from '../api/data.ts'
import { Confirm } from '../ui/Confirm.tsx'
import { Items } from '../ui/Items.tsx'
import { Loaded } from '../ui/Loaded.tsx'
import { NoteBox } from '../ui/NoteBox.tsx'
import { Problem } from '../ui/Problem.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { Section } from '../ui/Section.tsx'
import { StateBadge } from '../ui/StateBadge.tsx'
import { SESSIONS_PATH } from './profile-paths.ts'
import { readUserAgent } from './user-agent.ts'

/** Where one is signed in, this session first; the others can be ended. */
export function SessionsSection() {
  const { t } = useTranslation('profile')
  const api = useApi()
  const sessions = useRead(SESSIONS_PATH, SessionList)
  const [asking, setAsking] = useState(false)
  const [ended, setEnded] = useState<number>()
  const end = useChange(
    (id: string) => api.call(`${SESSIONS_PATH}/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    { refreshes: [SESSIONS_PATH] },
  )
  const endOthers = useChange(
    () => api.call(SESSIONS_PATH, { method: 'DELETE', reply: EndedSessions }),
    { refreshes: [SESSIONS_PATH] },
  )
  const endOne = async (id: string) => {
    setEnded(undefined)
    const { problem } = await end.attempt(id)
    if (problem === undefined) setEnded(1)
  }
  const hasOthers = sessions.state === 'ready' && sessions.value.sessions.length > 1
  return (
    <Section
      title={t('session.title')}
      purpose={t('session.purpose')}
      action={
        hasOthers && (
          <Button
            variant="default"
            onClick={() => {
              endOthers.reset()
              setAsking(true)
            }}
          >
            {t('session.endOthers')}
          </Button>
        )
      }
    >
      {ended !== undefined && (
        <NoteBox kind="ok" role="status" title={t('session.ended', { count: ended })} />
      )}
      <Problem problem={end.problem} title={t('session.notEnded')} />
      <Loaded of={sessions} failed={t('session.failed')}>
        {(loaded) => <SessionItems sessions={loaded.sessions} busy={end.busy} onEnd={endOne} />}
      </Loaded>
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('session.ask')}
        action={t('session.endOthers')}
        busy={endOthers.busy}
        problem={endOthers.problem}
        onConfirm={() =>
          void endOthers.attempt().then(({ reply }) => {
            if (reply === undefined) return
            setAsking(false)
            setEnded(reply.ended)
          })
        }
      >
        {t('session.askText')}
      </Confirm>
    </Section>
  )
}

interface ItemsProps {
  readonly sessions: readonly SessionEntry[]
  readonly busy: boolean
  readonly onEnd: (id: string) => Promise<void>
}

function SessionItems({ sessions, busy, onEnd }: ItemsProps) {
  const { t } = useTranslation('profile')
  const nameOf = ({ userAgent }: SessionEntry) => {
    const { browser, system } = readUserAgent(userAgent)
    if (browser !== undefined && system !== undefined) return t('session.on', { browser, system })
    return browser ?? system ?? t('session.unknown')
  }
  const sorted = [...sessions].sort((a, b) => Number(b.isCurrent) - Number(a.isCurrent))
  return (
    <Items
      label={t('session.title')}
      items={sorted.map((session) => ({
        id: session.id,
        name: nameOf(session),
        badge: session.isCurrent && <StateBadge kind="ok">{t('session.this')}</StateBadge>,
        facts: [
          t('session.from', { address: session.address }),
          <RelativeTime
            key="seen"
            at={session.lastSeenAt}
            words={(when) => t('session.seen', { when })}
          />,
          <RelativeTime
            key="opened"
            at={session.createdAt}
            words={(when) => t('session.opened', { when })}
          />,
          session.secondFactor === null || session.method !== 'password'
            ? t(`session.method.${session.method}`)
            : t(`session.second.${session.secondFactor}`),
        ],
        actions: session.isCurrent ? undefined : (
          <Button
            variant="default"
            disabled={busy}
            aria-label={t('session.endNamed', { name: nameOf(session) })}
            onClick={() => void onEnd(session.id)}
          >
            {t('session.end')}
          </Button>
        ),
      }))}
    />
  )
}
