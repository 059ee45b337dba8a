import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { EffectiveMail } from '../../src/contract/mail-configuration.ts'
import { EffectiveValue } from '../ui/EffectiveValue.tsx'
import { ValueView } from '../ui/Fields.tsx'

type Decided = EffectiveMail['port'] | EffectiveMail['encryption']

interface Props {
  readonly label: string
  readonly decided: Decided
  /** What is configured, in words. */
  readonly own: ReactNode
  readonly editing: boolean
  /** What holds, in words. */
  readonly children: ReactNode
}

/** A policy decides it. With a mistake in the own value, that has to be put right all the same. */
export function isLocked({ origin }: Decided, error: string | undefined): boolean {
  return origin.is === 'policy' && error === undefined
}

/** A value that a policy decides, with the way there: it cannot be changed here. */
export function DecidedValue({ label, decided: { origin }, own, editing, children }: Props) {
  const { t } = useTranslation('mail')
  const page = origin.is === 'policy' ? { decidedAt: `/policies/${origin.id}` } : {}
  return (
    <ValueView label={label} help={t('help.decided', { value: own })} editing={editing}>
      <EffectiveValue origin={origin} {...page}>
        {children}
      </EffectiveValue>
    </ValueView>
  )
}
