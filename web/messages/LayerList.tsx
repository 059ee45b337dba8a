import { Title } from '@mantine/core'
import {
  IconCertificate,
  IconFileZip,
  IconLock,
  IconQuestionMark,
  IconSignature,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { LayerView } from '../../src/contract/message-layers.ts'
import type { MessageDetail } from '../../src/contract/message-detail.ts'
import { useFormat } from '../ui/format.ts'
import { StateBadge } from '../ui/StateBadge.tsx'
import { algorithmName } from './algorithm-names.ts'
import { CertificateName } from './DecisionView.tsx'
import { Facts, type Fact } from './Facts.tsx'
import styles from './Message.module.css'
import { useRecipientCounts } from './recipient-counts.ts'

type Signed = Extract<LayerView, { is: 'signed-data' }>
type Encrypted = Extract<LayerView, { is: 'enveloped-data' | 'auth-enveloped-data' }>
type Signer = Signed['signers'][number]

const ICONS = {
  'signed-data': IconSignature,
  'certs-only': IconCertificate,
  'enveloped-data': IconLock,
  'auth-enveloped-data': IconLock,
  compressed: IconFileZip,
  unreadable: IconQuestionMark,
} as const

const KINDS = { valid: 'ok', untrusted: 'warn', broken: 'bad', unsigned: 'none' } as const

/** The layers of S/MIME that a message came with, from the outside in. Nothing for one without. */
export function LayerList({ message }: { readonly message: MessageDetail }) {
  const { t } = useTranslation('message')
  const { layers, certificates } = message
  if (layers.length === 0) return null
  return (
    <div className={styles.layers}>
      <Title order={3}>{t('layer.title')}</Title>
      <ol className={styles.plain}>
        {layers.map((layer, index) => {
          const Icon = ICONS[layer.is]
          return (
            <li key={index} className={styles.decided}>
              <div className={styles.part}>
                <span>
                  <Icon size={18} aria-hidden />
                  {t(`layer.is.${layer.is}`)}
                </span>
                <code>{layer.is}</code>
              </div>
              {layer.is === 'signed-data' && <SignedFacts layer={layer} />}
              {layer.is === 'certs-only' && (
                <Facts
                  facts={[[t('layer.count', { count: layer.count }), layer.names.join(' · ')]]}
                />
              )}
              {(layer.is === 'enveloped-data' || layer.is === 'auth-enveloped-data') && (
                <EncryptedFacts layer={layer} certificates={certificates} />
              )}
            </li>
          )
        })}
      </ol>
    </div>
  )
}

function SignedFacts({ layer }: { readonly layer: Signed }) {
  const { t } = useTranslation('message')
  const why = useReason()
  const { verdict, because, form, signers } = layer
  return (
    <>
      <Facts
        facts={[
          [
            t('layer.verdict'),
            <span key="verdict" className={styles.outcomeWords}>
              <StateBadge kind={KINDS[verdict]}>{t(`layer.verdicts.${verdict}`)}</StateBadge>
              {because !== null && ` ${why(verdict, because)}`}
            </span>,
          ],
          [t('layer.content'), t(`layer.form.${form}`)],
        ]}
      />
      {signers.map((signer, index) => (
        <SignerFacts key={index} signer={signer} />
      ))}
    </>
  )
}

function SignerFacts({ signer }: { readonly signer: Signer }) {
  const { t } = useTranslation('message')
  const format = useFormat()
  const { name, notBefore, notAfter, signedAt, digest, algorithm } = signer
  const facts: Fact[] = [
    [t('layer.signer'), name ?? t('layer.noCertificate')],
    [
      t('certificate.validity'),
      notBefore !== null &&
        notAfter !== null &&
        t('certificate.fromTo', {
          from: format.date(new Date(notBefore)),
          to: format.date(new Date(notAfter)),
        }),
    ],
    [t('layer.signedAt'), signedAt === null ? null : format.moment(new Date(signedAt))],
    [t('layer.algorithm'), algorithmName(algorithm)],
    [t('layer.digest'), algorithmName(digest)],
  ]
  return <Facts facts={facts.filter(([, value]) => value !== false)} />
}

function EncryptedFacts({
  layer,
  certificates,
}: {
  readonly layer: Encrypted
  readonly certificates: MessageDetail['certificates']
}) {
  const { t } = useTranslation('message')
  const counts = useRecipientCounts()
  const { cipher, recipients, openedWith } = layer
  return (
    <Facts
      facts={[
        [t('evidence.cipher'), <code key="cipher">{cipher}</code>],
        [t('layer.recipients'), counts(recipients)],
        [
          t('layer.openedWith'),
          openedWith === null ? (
            t('layer.closed')
          ) : (
            <CertificateName fingerprint={openedWith} certificates={certificates} />
          ),
        ],
      ]}
    />
  )
}

/** In words where there are some; a code says enough to look it up. */
function useReason() {
  const { t, i18n } = useTranslation('message')
  return (verdict: Signed['verdict'], code: string) => {
    const key = `layer.because.${verdict}.${code}`
    return i18n.exists(`message:${key}`) ? t(key) : t('layer.because.other', { code })
  }
}
