import { useTranslation } from 'react-i18next'
import type { AccountState } from '../../src/contract/people.ts'
import { StateBadge, type StateKind } from '../ui/StateBadge.tsx'
import styles from './people.module.css'

/** What stands between somebody and the hub; a lock is seen before the state under it. */
export type ShownState = AccountState | 'locked'

const KINDS: Readonly<Record<ShownState, StateKind>> = {
  none: 'none',
  invited: 'busy',
  'invitation-expired': 'warn',
  active: 'ok',
  locked: 'bad',
  disabled: 'held',
}

export function shownState(state: AccountState, isLocked: boolean): ShownState {
  return isLocked && state === 'active' ? 'locked' : state
}

/** The state of an account as icon and word. */
export function AccountBadge({ state }: { readonly state: ShownState }) {
  const { t } = useTranslation('people')
  return (
    <span className={styles.badge}>
      <StateBadge kind={KINDS[state]}>{t(`state.${state}`)}</StateBadge>
    </span>
  )
}
