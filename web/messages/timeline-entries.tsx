import { useTranslation } from 'react-i18next'
import type { MessageDetail, TimelineEvent } from '../../src/contract/message-detail.ts'
import { useFormat } from '../ui/format.ts'
import { PageLink } from '../ui/PageLink.tsx'
import type { StateKind } from '../ui/StateBadge.tsx'
import type { TimelineEntry } from '../ui/Timeline.tsx'
import { algorithmName } from './algorithm-names.ts'
import { AttemptEvidence } from './AttemptEvidence.tsx'
import { CertificateName } from './DecisionView.tsx'
import { Facts } from './Facts.tsx'
import { hrefOf } from './message-line.ts'
import { useRecipientCounts } from './recipient-counts.ts'

type Attempt = Extract<TimelineEvent, { step: 'attempt' }>
type Protected = Extract<TimelineEvent, { step: 'protected' }>
type Entry = Omit<TimelineEntry, 'id' | 'at'>

/** Orders of a program at the command line carry no name. */
const COMMAND = 'command'

/** What happened to the message, in words and with what shows it. */
export function useTimelineEntries(message: MessageDetail): TimelineEntry[] {
  const { t } = useTranslation('message')
  const attempt = useAttemptWords()
  const evidenceOfProtection = useProtectionEvidence(message)
  const evidenceOfObjection = useObjection()

  const entryOf = (event: TimelineEvent): Entry => {
    switch (event.step) {
      case 'accepted':
        return { what: t(`event.accepted.${event.via}`), kind: 'none' }
      case 'protected':
        return {
          what: t(`event.protected.${protectionOf(event)}`),
          kind: 'none',
          evidence: evidenceOfProtection(event),
        }
      case 'attempt':
        return { ...attempt(event), evidence: <AttemptEvidence attempt={event} /> }
      case 'alarm':
        return {
          what: t('event.alarm'),
          kind: 'bad',
          evidence: evidenceOfObjection(event.because),
        }
      case 'deferred':
        return {
          what: t('event.notPrepared'),
          kind: 'warn',
          evidence: <code>{event.because}</code>,
        }
      case 'failed':
        return { what: t('event.givenUp'), kind: 'bad', evidence: <code>{event.because}</code> }
      case 'bounced':
        return {
          what: t('event.bounced', { to: event.to }),
          kind: 'none',
          evidence: (
            <PageLink to={hrefOf({ id: event.notification })}>
              {t('evidence.notification')}
            </PageLink>
          ),
        }
      case 'held':
      case 'released':
      case 'retried':
      case 'cancelled':
        return {
          what: t(`event.${event.step}`),
          kind: event.step === 'held' ? 'held' : 'none',
          actor: event.by === COMMAND ? t('event.byCommand') : event.by,
          ...(event.recipients !== null && {
            evidence: t('event.forRecipients', {
              recipients: addresses(message, event.recipients),
            }),
          }),
        }
      case 'erased':
        return { what: t('event.erased'), kind: 'none' }
      case 'other':
        return { what: t('event.other', { name: event.name }), kind: 'none' }
    }
  }
  return message.timeline.map((event, index) => ({
    id: String(index),
    at: event.at,
    ...entryOf(event),
  }))
}

function addresses({ recipients }: MessageDetail, positions: readonly number[]): string {
  const named = recipients.filter(({ position }) => positions.includes(position))
  return named.map(({ address }) => address).join(', ')
}

function protectionOf({ signedWith, strength }: Protected) {
  if (strength === 'encrypted') return signedWith === null ? 'encrypted' : 'both'
  return signedWith === null ? 'as_is' : 'signed'
}

/** One sentence about an attempt, however many recipients it was for. */
function useAttemptWords(): (attempt: Attempt) => { what: string; kind: StateKind } {
  const { t } = useTranslation('message')
  return ({ recipients }) => {
    const numberOf = (is: 'delivered' | 'deferred' | 'failed') =>
      recipients.filter((each) => each.is === is).length
    const numbers = {
      delivered: numberOf('delivered'),
      deferred: numberOf('deferred'),
      failed: numberOf('failed'),
    }
    const [first] = recipients
    const kind = numbers.failed > 0 ? 'bad' : numbers.deferred > 0 ? 'warn' : 'ok'
    if (first === undefined || numbers[first.is] < recipients.length) {
      return { what: t('event.mixed', numbers), kind }
    }
    const what =
      recipients.length === 1
        ? t(`event.${first.is}One`, { recipient: first.address })
        : t(`event.${first.is}`, { count: recipients.length })
    return { what, kind }
  }
}

function useProtectionEvidence({ certificates }: MessageDetail) {
  const { t } = useTranslation(['message', 'messages'])
  const format = useFormat()
  const counts = useRecipientCounts()
  return ({
    copy,
    strength,
    signedWith,
    encryptedTo,
    cipher,
    sizeBytes,
    signature,
    envelope,
  }: Protected) => (
    <Facts
      facts={[
        [t('evidence.copy'), format.number(copy + 1)],
        [t('evidence.strength'), strength && t(`messages:strength.${strength}`)],
        [
          t('evidence.signedWith'),
          signedWith && <CertificateName fingerprint={signedWith} certificates={certificates} />,
        ],
        [t('layer.algorithm'), signature && algorithmName(signature.algorithm)],
        [t('layer.digest'), signature && algorithmName(signature.digest)],
        ...encryptedTo.map((fingerprint): [string, React.ReactNode] => [
          t('evidence.encryptedTo'),
          <CertificateName
            key={fingerprint}
            fingerprint={fingerprint}
            certificates={certificates}
          />,
        ]),
        [t('evidence.cipher'), cipher && <code>{cipher}</code>],
        [t('layer.envelope'), envelope && <code>{envelope.is}</code>],
        [t('layer.recipients'), envelope && counts(envelope.recipients)],
        [t('evidence.size'), sizeBytes === null ? null : format.size(sizeBytes)],
      ]}
    />
  )
}

/** What the second opinion objected to: the code ends the hub's own sentence. */
function useObjection() {
  const { t, i18n } = useTranslation('message')
  return (because: string) => {
    const code = because.split(': ').at(-1) ?? ''
    return i18n.exists(`message:objection.${code}`) ? (
      t(`objection.${code}`)
    ) : (
      <code>{because}</code>
    )
  }
}
