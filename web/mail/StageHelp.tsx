import { useTranslation } from 'react-i18next'
import type { MailCause, MailStage } from '../../src/contract/mail-stages.ts'
import type { MailTestView } from '../../src/contract/mail-tests.ts'
import { useFormat } from '../ui/format.ts'
import styles from './mail.module.css'
import { CAUSE_FACTS, useCauseWords } from './test-words.ts'

interface HelpProps {
  readonly cause: MailCause
  readonly test: MailTestView
}

/** What a cause means and what to do about it. */
export function StageHelp({ cause, test }: HelpProps) {
  const { t } = useTranslation('mail')
  const { meaning, remedy } = useCauseWords()(cause, test)
  const valueOf = useFactValue()
  const facts = CAUSE_FACTS.flatMap((name) => {
    const value = cause.params[name]
    return value === undefined || value === '' ? [] : [{ name, value: String(value) }]
  })
  return (
    <>
      <strong>{meaning}</strong>
      <div>{remedy}</div>
      {facts.length > 0 && (
        <dl className={styles.facts}>
          {facts.map(({ name, value }) => (
            <Fact key={name} name={t(`causeFact.${name}`)} value={valueOf(name, value)} />
          ))}
        </dl>
      )}
    </>
  )
}

/** Whoever is asked for help asks for these first. */
const ALWAYS_SHOWN = new Set(['correlationId', 'traceId', 'requestId', 'errorCode', 'httpStatus'])

/** What a stage found out: IDs in sight when it failed, all else folded. */
export function StageFacts({ stage }: { readonly stage: MailStage }) {
  const { t } = useTranslation('mail')
  const valueOf = useFactValue()
  const all = Object.entries(stage.facts ?? {}).filter(([, value]) => value !== '')
  if (all.length === 0) return null
  const isShown = ([name]: readonly [string, string]) =>
    stage.state === 'failed' && ALWAYS_SHOWN.has(name)
  const shown = all.filter(isShown)
  const folded = all.filter((fact) => !isShown(fact))
  const list = (facts: typeof all) => (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <Fact key={name} name={t(`fact.${name}`)} value={valueOf(name, value)} />
      ))}
    </dl>
  )
  return (
    <>
      {shown.length > 0 && list(shown)}
      {folded.length > 0 && (
        <details className={styles.found}>
          <summary>{t('test.found')}</summary>
          {list(folded)}
        </details>
      )}
    </>
  )
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}

const MOMENTS = new Set(['validUntil', 'expiresAt', 'from', 'until'])
const SIZES = new Set(['sizeBytes', 'limitBytes'])

/** Moments, sizes and lengths of time as people write them; all else as it is. */
function useFactValue(): (name: string, value: string) => string {
  const format = useFormat()
  return (name, value) => {
    if (MOMENTS.has(name) && !Number.isNaN(Date.parse(value))) {
      return format.moment(new Date(value))
    }
    if (SIZES.has(name)) return format.size(Number(value))
    if (name === 'retryAfterSeconds') return format.duration(Number(value) * 1000)
    return value
  }
}
