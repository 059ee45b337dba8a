import { useTranslation } from 'react-i18next'
import type { PolicyLine } from '../../src/contract/change-control.ts'
import type { PolicyState, RequestState } from '../../src/contract/policy-lifecycle.ts'
import { useActorName } from '../ui/actor.ts'
import { StateBadge, type StateKind } from '../ui/StateBadge.tsx'
import styles from './policies.module.css'

const KINDS: Readonly<Record<PolicyState, StateKind>> = {
  'pending-creation': 'busy',
  'pending-control': 'busy',
  'checked-in': 'ok',
  'checked-out': 'held',
  'pending-deployment': 'busy',
  'pending-deletion': 'busy',
  'pending-restoration': 'busy',
  deleted: 'none',
  uncontrolled: 'warn',
  template: 'none',
  destroyed: 'none',
}

type Shown = Pick<PolicyLine, 'state' | 'heldBy' | 'isDefaultTemplate'>

/** Where a policy is in its life, and who has it checked out. */
export function PolicyStateBadge({ policy }: { readonly policy: Shown }) {
  const { t } = useTranslation('policies')
  const named = useActorName()
  const { state, heldBy, isDefaultTemplate } = policy
  const word = isDefaultTemplate ? t('defaultTemplate') : t(`state.${state}`)
  return (
    <span className={styles.stacked}>
      <StateBadge kind={KINDS[state]}>{word}</StateBadge>
      {heldBy !== null && (
        <span className={styles.soft}>{t('by', { name: named(heldBy.id, heldBy.name) })}</span>
      )}
    </span>
  )
}

const REQUEST_KINDS: Readonly<Record<RequestState, StateKind>> = {
  open: 'busy',
  scheduled: 'held',
  done: 'ok',
  rejected: 'bad',
  withdrawn: 'none',
  expired: 'none',
  failed: 'bad',
}

export function RequestStateBadge({ state }: { readonly state: RequestState }) {
  const { t } = useTranslation('policies')
  return <StateBadge kind={REQUEST_KINDS[state]}>{t(`requestState.${state}`)}</StateBadge>
}
