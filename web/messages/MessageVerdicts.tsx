import { useTranslation } from 'react-i18next'
import type { MessageDetail } from '../../src/contract/message-detail.ts'
import { useFormat } from '../ui/format.ts'
import { Verdict } from '../ui/Verdict.tsx'
import styles from './Message.module.css'

interface Props {
  readonly message: MessageDetail
}

/** How the message leaves the hub, each line with its reason. Green only for what was really made. */
export function MessageVerdicts({ message }: Props) {
  const { t } = useTranslation('message')
  return (
    <section aria-label={t('section.verdicts')} className={styles.verdicts}>
      <SigningVerdict message={message} />
      <EncryptionVerdict message={message} />
      <Warnings message={message} />
    </section>
  )
}

/** It was protected at least once: before that, what is decided is only to come. */
function wasMade({ timeline }: MessageDetail): boolean {
  return timeline.some(({ step }) => step === 'protected')
}

function SigningVerdict({ message }: Props) {
  const { t } = useTranslation('message')
  const { signing, certificates } = message
  if (signing.is === 'unsigned') {
    const word = signing.because === 'signed_before' ? 'verdict.signedBefore' : 'verdict.notSigned'
    return <Verdict kind="none" word={t(word)} reason={t(`why.unsigned.${signing.because}`)} />
  }
  const made = wasMade(message)
  const word = made ? 'verdict.signedBy' : 'verdict.toBeSignedBy'
  const known = certificates.find(({ fingerprint }) => fingerprint === signing.certificate)
  return (
    <Verdict
      kind={made ? 'ok' : 'none'}
      word={t(word, { author: signing.author })}
      {...(known && {
        reason: t('verdict.with', { subject: known.subject, issuer: known.issuer }),
      })}
    />
  )
}

function EncryptionVerdict({ message }: Props) {
  const { t } = useTranslation('message')
  const { strength, recipients } = message
  const encrypted = recipients.filter((each) => each.strength === 'encrypted')
  const count = encrypted.length
  switch (strength) {
    case 'encrypted': {
      const made = wasMade(message)
      const [only] = encrypted
      const one = made ? 'verdict.encryptedToOne' : 'verdict.toBeEncryptedToOne'
      const all = made ? 'verdict.encryptedTo' : 'verdict.toBeEncryptedTo'
      const word =
        count === 1 && only !== undefined ? t(one, { recipient: only.address }) : t(all, { count })
      return <Verdict kind={made ? 'ok' : 'none'} word={word} />
    }
    case 'mixed':
      return (
        <Verdict
          kind="warn"
          word={t('verdict.partly')}
          reason={t('verdict.partlyWhy', { count, all: recipients.length })}
        />
      )
    case 'clear': {
      const [reason] = recipients.flatMap(({ reason: each }) =>
        each.gets === 'clear' ? [each.because] : [],
      )
      return (
        <Verdict
          kind="none"
          word={t('verdict.clear')}
          {...(reason !== undefined && { reason: t(`why.clear.${reason}`) })}
        />
      )
    }
    case 'passed':
      return <Verdict kind="none" word={t('verdict.passed')} reason={t('verdict.passedWhy')} />
    case 'none':
      return <Verdict kind="none" word={t('verdict.none')} reason={t('verdict.noneWhy')} />
  }
}

function Warnings({ message }: Props) {
  const { t } = useTranslation('message')
  const format = useFormat()
  const { twoStrengths, contentErasedAt, timeline } = message
  const wasUnchecked = timeline.some(
    (event) =>
      event.step === 'attempt' &&
      event.tls?.isVerified === false &&
      event.recipients.some(({ is }) => is === 'delivered'),
  )
  return (
    <>
      {twoStrengths && (
        <Verdict
          kind="warn"
          word={t('verdict.twoStrengths')}
          reason={t('verdict.twoStrengthsWhy')}
        />
      )}
      {wasUnchecked && (
        <Verdict kind="warn" word={t('verdict.notChecked')} reason={t('verdict.notCheckedWhy')} />
      )}
      {contentErasedAt !== null && (
        <Verdict
          kind="none"
          word={t('verdict.erased')}
          reason={t('verdict.erasedWhy', { moment: format.moment(new Date(contentErasedAt)) })}
        />
      )}
    </>
  )
}
