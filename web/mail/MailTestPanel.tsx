import { Button, Text, Title } from '@mantine/core'
import { IconMailFast } from '@tabler/icons-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MailTestView } from '../../src/contract/mail-tests.ts'
import type { ApiProblem } from '../api/problem.ts'
import { NoteBox } from '../ui/NoteBox.tsx'
import { Problem } from '../ui/Problem.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { StagedTest } from '../ui/StagedTest.tsx'
import styles from './mail.module.css'
import type { RunningMailTest } from './mail-test.ts'
import { StageFacts, StageHelp } from './StageHelp.tsx'
import { transcriptOf, useCauseWords, useStageName } from './test-words.ts'

interface Props {
  readonly running: RunningMailTest
  /** The newest saved version: a test of an older one says so. */
  readonly version: number
  /** Tests what is saved; absent while a form is open, which has its own button. */
  readonly onTest?: (() => void) | undefined
  readonly recipient: string
  readonly busy: boolean
  readonly problem: ApiProblem | undefined
}

/** What the last test came to, or how far it is; a test that was just started comes into sight. */
export function MailTestPanel({ running, version, onTest, recipient, busy, problem }: Props) {
  const { t } = useTranslation('mail')
  const { test, followed } = running
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (followed === 0) return
    heading.current?.closest('section')?.scrollIntoView({ block: 'nearest' })
    heading.current?.focus({ preventScroll: true })
  }, [followed])
  const isRunning = test === undefined ? followed > 0 : test.state !== 'over'
  return (
    <section className={styles.test} aria-labelledby="mail-test">
      <div className={styles.testHead}>
        <Title order={2} id="mail-test" ref={heading} tabIndex={-1}>
          {t('test.title')}
        </Title>
        {onTest !== undefined && (
          <Button
            variant="default"
            leftSection={<IconMailFast size={16} aria-hidden />}
            loading={busy}
            disabled={isRunning}
            onClick={onTest}
          >
            {t('test.send')}
          </Button>
        )}
      </div>
      {onTest !== undefined && (
        <Text c="dimmed" size="xs">
          {t('test.sendSaved', { recipient })}
        </Text>
      )}
      <Problem problem={problem} title={t('test.notStarted')} />
      {test === undefined && (
        <Text c="dimmed">{t(followed > 0 ? 'test.starting' : 'test.none')}</Text>
      )}
      {test !== undefined && <MailTest test={test} version={version} />}
    </section>
  )
}

function MailTest({ test, version }: { readonly test: MailTestView; readonly version: number }) {
  const { t } = useTranslation('mail')
  const stageName = useStageName()
  return (
    <>
      <Outcome test={test} />
      <Tested test={test} version={version} />
      <StagedTest
        label={t('test.stages')}
        stages={test.stages.map((stage) => ({
          id: stage.name,
          name: stageName(stage.name, test),
          state: stage.state,
          durationMs: stage.durationMs,
          reply: stage.reply,
          facts: <StageFacts stage={stage} />,
          ...(stage.cause && { help: <StageHelp cause={stage.cause} test={test} /> }),
        }))}
        transcript={test.state === 'over' ? transcriptOf(test) : undefined}
      />
    </>
  )
}

/** One line about all of it, above the stages. */
function Outcome({ test }: { readonly test: MailTestView }) {
  const { t } = useTranslation('mail')
  const stageName = useStageName()
  const causeWords = useCauseWords()
  const { outcome, recipient } = test
  if (outcome === null) {
    return <NoteBox kind="busy" title={t('test.running', { recipient })} />
  }
  if (outcome.is === 'accepted') {
    const isCautioned = test.stages.some(({ cause }) => cause !== undefined)
    return (
      <NoteBox kind={isCautioned ? 'warn' : 'ok'} title={t('test.accepted', { recipient })}>
        <span>{t(isCautioned ? 'test.acceptedWithCaution' : 'test.acceptedHelp')}</span>
      </NoteBox>
    )
  }
  if (outcome.is === 'interrupted') {
    return (
      <NoteBox kind="warn" title={t('test.interrupted')}>
        <span>{t('test.interruptedHelp', { recipient })}</span>
      </NoteBox>
    )
  }
  return (
    <NoteBox kind="bad" title={t('test.failed', { stage: stageName(outcome.stage, test) })}>
      <span>{causeWords(outcome.cause, test).meaning}</span>
    </NoteBox>
  )
}

/** Which values were tested, when and by whom. */
function Tested({ test, version }: { readonly test: MailTestView; readonly version: number }) {
  const { t } = useTranslation('mail')
  const { tested, startedAt, by, recipient } = test
  const rows: [string, ReactNode][] = [
    [
      t('tested.values'),
      tested.values === 'saved'
        ? t('tested.saved', { version: tested.version })
        : t('tested.shown'),
    ],
    [t('tested.recipient'), recipient],
    [t('tested.by'), by.name],
    [t('tested.at'), <RelativeTime key="at" at={startedAt} />],
  ]
  return (
    <>
      <dl className={styles.facts}>
        {rows.map(([name, value]) => (
          <Pair key={name} name={name} value={value} />
        ))}
      </dl>
      {tested.values === 'saved' && tested.version < version && (
        <NoteBox kind="warn">{t('tested.older', { version })}</NoteBox>
      )}
    </>
  )
}

function Pair({ name, value }: { readonly name: string; readonly value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}
