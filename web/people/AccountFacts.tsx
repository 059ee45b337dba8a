import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PersonView } from '../../src/contract/people.ts'
import { ValueView } from '../ui/Fields.tsx'
import { useFormat } from '../ui/format.ts'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { Facts } from '../ui/Section.tsx'
import { AccountBadge, shownState } from './AccountBadge.tsx'

/** How somebody signs in, as far as others may know. */
export function AccountFacts({ account }: { account: NonNullable<PersonView['account']> }) {
  const { t } = useTranslation('people')
  const format = useFormat()
  const { state, lockedUntil, invitationExpiresAt, lastSignInAt, secondFactors } = account
  const facts: [string, ReactNode][] = [
    [
      t('account.state'),
      <AccountBadge key="state" state={shownState(state, lockedUntil !== null)} />,
    ],
  ]
  const isInvited = state === 'invited' || state === 'invitation-expired'
  if (lockedUntil !== null) {
    facts.push([t('account.lockedUntil'), <RelativeTime key="locked" at={lockedUntil} />])
  }
  if (isInvited) {
    facts.push([
      t(state === 'invited' ? 'account.invitationEnds' : 'account.invitationEnded'),
      invitationExpiresAt === null ? (
        t('account.invitationOnItsWay')
      ) : (
        <RelativeTime key="ends" at={invitationExpiresAt} />
      ),
    ])
  } else {
    facts.push(
      [
        t('lastSignIn'),
        lastSignInAt === null ? t('never') : <RelativeTime key="last" at={lastSignInAt} />,
      ],
      [t('account.password'), t(account.hasPassword ? 'account.set' : 'account.notSet')],
      [
        t('account.secondFactors'),
        secondFactors.length === 0
          ? t('account.noSecondFactor')
          : format.list(secondFactors.map((factor) => t(`factor.${factor}`))),
      ],
      [t('account.sessions'), format.number(account.sessions)],
      [t('account.tokens'), format.number(account.apiTokens)],
    )
  }
  facts.push([t('account.since'), <RelativeTime key="since" at={account.createdAt} />])
  return (
    <Facts>
      {facts.map(([label, value]) => (
        <ValueView key={label} label={label}>
          {value}
        </ValueView>
      ))}
    </Facts>
  )
}
