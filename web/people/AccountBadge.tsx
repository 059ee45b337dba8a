import { useTranslation } from 'react-i18next'
import type { AccountState, ShownAccountState } from '../../src/contract/people.ts'
import { StateBadge, type StateKind } from '../ui/StateBadge.tsx'
import styles from './people.module.css'

const KINDS: Readonly<Record<ShownAccountState, StateKind>> = {
  none: 'none',
  invited: 'busy',
  'invitation-expired': 'warn',
  active: 'ok',
  locked: 'bad',
  disabled: 'held',
}

export function shownState(state: AccountState, isLocked: boolean): ShownAccountState {
  return isLocked && state === 'active' ? 'locked' : state
}

/** The state of an account as icon and word. */
export function AccountBadge({ state }: { readonly state: ShownAccountState }) {
  const { t } = useTranslation('people')
  return (
    <span className={styles.badge}>
      <StateBadge kind={KINDS[state]}>{t(`state.${state}`)}</StateBadge>
    </span>
  )
}
