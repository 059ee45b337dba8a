import {
  IconCertificate,
  IconCertificateOff,
  IconLock,
  IconLockCheck,
  IconLockOpen2,
  IconMail,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type {
  MessageSigned,
  MessageState,
  MessageStrength,
} from '../../src/contract/message-list.ts'
import { StateBadge, type StateKind } from '../ui/StateBadge.tsx'
import styles from './Messages.module.css'

const KINDS: Readonly<Record<MessageState, StateKind>> = {
  waiting: 'busy',
  held: 'held',
  delivered: 'ok',
  partly: 'warn',
  failed: 'bad',
  cancelled: 'none',
}

/** What became of a message, or of one recipient's: their states have the same words. */
export function MessageStateBadge({ state }: { readonly state: MessageState }) {
  const { t } = useTranslation('messages')
  return <StateBadge kind={KINDS[state]}>{t(`state.${state}`)}</StateBadge>
}

const STRENGTH_ICONS = {
  encrypted: IconLock,
  passed: IconLockCheck,
  mixed: IconLockOpen2,
  clear: IconLockOpen2,
  none: IconMail,
} as const

/** How strongly it travels, as icon and word. */
export function StrengthWord({ strength }: { readonly strength: MessageStrength }) {
  const { t } = useTranslation('messages')
  const Icon = STRENGTH_ICONS[strength]
  return (
    <span className={styles.word}>
      <Icon size={16} aria-hidden className={styles.icon} />
      <span>{t(`strength.${strength}`)}</span>
    </span>
  )
}

/** Whether the hub signs it, as icon and word. */
export function SignedWord({ signed }: { readonly signed: MessageSigned }) {
  const { t } = useTranslation('messages')
  const Icon = signed === 'unsigned' ? IconCertificateOff : IconCertificate
  return (
    <span className={styles.word}>
      <Icon size={16} aria-hidden className={styles.icon} />
      <span>{t(`signed.${signed}`)}</span>
    </span>
  )
}
