import { Loader, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from './format.ts'
import { CopyTextButton } from './Identifier.tsx'
import { STATE_ICONS, type StateKind } from './StateBadge.tsx'
import styles from './StagedTest.module.css'

export type StageState = 'waiting' | 'running' | 'done' | 'failed' | 'skipped'

export interface Stage {
  readonly id: string
  /** What is done in it: *Connect to mail.example.org:587*. */
  readonly name: string
  readonly state: StageState
  readonly durationMs?: number | undefined
  /** The server's own words, shown as they are. */
  readonly reply?: string | undefined
  /** Beside a failed one: what it means and what to do. Beside another: what to beware of. */
  readonly help?: ReactNode
  /** What was found out in it. */
  readonly facts?: ReactNode
}

interface Props {
  readonly label: string
  readonly stages: readonly Stage[]
  /** What *Copy transcript* copies; secrets are taken out of it before. */
  readonly transcript?: string | undefined
}

const ICONS: Readonly<Record<StageState, StateKind>> = {
  waiting: 'none',
  running: 'busy',
  done: 'ok',
  failed: 'bad',
  skipped: 'none',
}

/** Longer ones hide the step that failed. */
const SHORT_LINES = 2

/** The server's own words; many lines of a step that went well are folded under the last. */
function Reply({ text, folded }: { readonly text: string; readonly folded: boolean }) {
  const lines = text.trimEnd().split('\n')
  if (!folded || lines.length <= SHORT_LINES) return <pre className={styles.reply}>{text}</pre>
  return (
    <details className={styles.long}>
      <summary className={styles.reply}>{lines[0]} …</summary>
      <pre className={styles.reply}>{text}</pre>
    </details>
  )
}

/** A test in stages, from top to bottom, each with its state, time and the server's words. */
export function StagedTest({ label, stages, transcript }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const current =
    stages.find(({ state }) => state === 'failed' || state === 'running') ?? stages.at(-1)
  return (
    <section aria-label={label} className={styles.test}>
      <p role="status" className={styles.now}>
        {current && t(`stage.now.${current.state}`, { name: current.name })}
      </p>
      <ol className={styles.stages}>
        {stages.map(({ id, name, state, durationMs, reply, help, facts }) => {
          const Icon = STATE_ICONS[ICONS[state]]
          return (
            <li key={id} className={styles.stage} data-state={state}>
              <span className={styles.icon} data-kind={ICONS[state]}>
                {state === 'running' ? (
                  <Loader size={18} aria-hidden />
                ) : (
                  <Icon size={20} aria-hidden />
                )}
              </span>
              <div className={styles.words}>
                <div className={styles.line}>
                  <Text fw={state === 'failed' ? 650 : 500}>{name}</Text>
                  <Text c="dimmed" size="xs">
                    {t(`stage.state.${state}`)}
                    {durationMs !== undefined && ` · ${format.duration(durationMs)}`}
                  </Text>
                </div>
                {reply !== undefined && reply !== '' && (
                  <Reply text={reply} folded={state !== 'failed'} />
                )}
                {help !== undefined && (
                  <div className={styles.help} data-kind={state === 'failed' ? 'bad' : 'warn'}>
                    {help}
                  </div>
                )}
                {facts}
              </div>
            </li>
          )
        })}
      </ol>
      {transcript !== undefined && (
        <div className={styles.copy}>
          <CopyTextButton value={transcript} label={t('stage.copyTranscript')} />
        </div>
      )}
    </section>
  )
}
