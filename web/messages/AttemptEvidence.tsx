import { useTranslation } from 'react-i18next'
import type { TimelineEvent } from '../../src/contract/message-detail.ts'
import { StateBadge } from '../ui/StateBadge.tsx'
import { Facts } from './Facts.tsx'
import styles from './Message.module.css'

type Attempt = Extract<TimelineEvent, { step: 'attempt' }>

const KINDS = { delivered: 'ok', deferred: 'warn', failed: 'bad' } as const

/** More than fit into the list without scrolling. */
const MANY = 6

function worstFirst(recipients: Attempt['recipients']): Attempt['recipients'] {
  const ranks = { failed: 0, deferred: 1, delivered: 2 }
  return recipients.toSorted((a, b) => ranks[a.is] - ranks[b.is])
}

/** What shows an attempt: its outcome for each recipient, the connection, and every line of it. */
export function AttemptEvidence({ attempt }: { readonly attempt: Attempt }) {
  const { t } = useTranslation('message')
  const { recipients, tls, dialogue } = attempt
  return (
    <div className={styles.evidence}>
      <ul
        className={styles.outcomes}
        aria-label={t('section.recipients')}
        {...(recipients.length > MANY && { tabIndex: 0 })}
      >
        {worstFirst(recipients).map(({ address, is, status, because }, index) => (
          <li key={`${address} ${index}`} className={styles.outcome}>
            <StateBadge kind={KINDS[is]}>{t(`evidence.is.${is}`)}</StateBadge>
            <div className={styles.outcomeWords}>
              {address}
              <code>
                {because?.includes(status) === true ? because : `${status} ${because ?? ''}`}
              </code>
            </div>
          </li>
        ))}
      </ul>
      {tls === null ? (
        <Facts facts={[[t('evidence.tls'), t('evidence.tlsNone')]]} />
      ) : (
        <div>
          <StateBadge kind={tls.isVerified ? 'ok' : 'warn'}>
            {t(tls.isVerified ? 'evidence.checked' : 'evidence.notChecked')}
          </StateBadge>
          <Facts
            facts={[
              [
                t('evidence.tls'),
                <code key="tls">
                  {tls.protocol} {tls.cipher}
                </code>,
              ],
              [t('evidence.peer'), tls.peer],
              [t('evidence.reason'), tls.because && <code>{tls.because}</code>],
            ]}
          />
        </div>
      )}
      {dialogue.length > 0 && (
        <ol className={styles.dialogue} aria-label={t('evidence.dialogue')} tabIndex={0}>
          {dialogue.map(({ by, text }, index) => (
            <li key={index}>
              <span>{t(`evidence.${by}`)}</span>
              <span>{text}</span>
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}
