import { Button, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CandidateView, MessageDetail } from '../../src/contract/message-detail.ts'
import type { z } from 'zod'
import { shorten } from '../ui/Identifier.tsx'
import { STATE_ICONS } from '../ui/StateBadge.tsx'
import styles from './Message.module.css'

type Candidate = z.infer<typeof CandidateView>
type Certificates = MessageDetail['certificates']

/** With more recipients than this, their certificates are folded. */
const UNFOLDED = 3

/** A message may have a thousand recipients. */
const SHOWN_AT_FIRST = 5

/** Why the message leaves as it does: the rule, and each certificate with why it was taken or not. */
export function DecisionView({ message }: { readonly message: MessageDetail }) {
  const { t } = useTranslation('message')
  const { rule, signing, signers, cameAs, recipients, certificates } = message
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? recipients : recipients.slice(0, SHOWN_AT_FIRST)
  return (
    <div className={styles.decision}>
      <div>
        <p className={styles.sentence}>{t(`why.cameAs.${cameAs}`)}</p>
        <p className={styles.sentence}>{t(`why.rule.${rule.name}`)}</p>
        <p className={styles.sentence}>{t(`why.outcome.${rule.outcome}`)}</p>
      </div>
      <div>
        <Title order={3}>{t('why.signing')}</Title>
        <p className={styles.sentence}>
          {signing.is === 'signed'
            ? t('why.signed', { author: signing.author })
            : t(`why.unsigned.${signing.because}`)}
        </p>
        <Candidates candidates={signers} certificates={certificates} folded={false} />
      </div>
      <div>
        <Title order={3}>{t('why.encryption')}</Title>
        <ul className={styles.plain}>
          {shown.map(({ position, address, reason, candidates }) => (
            <li key={position} className={styles.decided}>
              <Text fw={550}>{address}</Text>
              <p className={styles.sentence}>
                {t(`why.gets.${reason.gets === 'clear' ? reason.because : reason.gets}`)}
              </p>
              <Candidates
                candidates={candidates}
                certificates={certificates}
                folded={recipients.length > UNFOLDED}
                sayNone
              />
            </li>
          ))}
        </ul>
        {shown.length < recipients.length && (
          <Button variant="default" mt={8} onClick={() => setWhole(true)}>
            {t('why.all', { count: recipients.length })}
          </Button>
        )}
      </div>
    </div>
  )
}

interface CandidatesProps {
  readonly candidates: readonly Candidate[]
  readonly certificates: Certificates
  readonly folded: boolean
  readonly sayNone?: boolean
}

function Candidates({ candidates, certificates, folded, sayNone = false }: CandidatesProps) {
  const { t } = useTranslation('message')
  if (candidates.length === 0) {
    return sayNone ? <Text c="dimmed">{t('why.noCandidates')}</Text> : null
  }
  return (
    <details open={!folded}>
      <summary>{t('why.considered', { count: candidates.length })}</summary>
      <ul className={styles.plain}>
        {candidates.map((candidate) => (
          <CandidateLine
            key={candidate.certificate}
            candidate={candidate}
            certificates={certificates}
          />
        ))}
      </ul>
    </details>
  )
}

interface LineProps {
  readonly candidate: Candidate
  readonly certificates: Certificates
}

function CandidateLine({ candidate, certificates }: LineProps) {
  const { t, i18n } = useTranslation('message')
  const { certificate, isTaken, isUsable, because, detail } = candidate
  const Icon = STATE_ICONS[isTaken ? 'ok' : 'none']
  const code = because ?? ''
  const known = code !== '' && i18n.exists(`message:candidate.${code}`)
  return (
    <li className={styles.candidate} data-taken={isTaken}>
      <Icon size={18} aria-hidden className={styles.candidateIcon} />
      <div className={styles.candidateWords}>
        <CertificateName fingerprint={certificate} certificates={certificates} />
        <div>
          {isTaken
            ? t('candidate.taken')
            : known
              ? t(`candidate.${code}`)
              : isUsable
                ? t('candidate.usable')
                : t('candidate.other', { code })}
          {detail !== null && <code className={styles.detail}>{detail}</code>}
        </div>
      </div>
    </li>
  )
}

/** Whose certificate it is and which: a person may have several of the same name. */
export function CertificateName({
  fingerprint,
  certificates,
}: {
  readonly fingerprint: string
  readonly certificates: Certificates
}) {
  const { t } = useTranslation('message')
  const known = certificates.find((each) => each.fingerprint === fingerprint)
  const short = shorten(fingerprint, 17)
  if (known === undefined) return <>{t('why.unknownCertificate', { fingerprint: short })}</>
  return (
    <span>
      {known.subject} <code title={fingerprint}>{short}</code>
    </span>
  )
}
