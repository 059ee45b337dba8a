import { useTranslation } from 'react-i18next'
import { PersonView } from '../../src/contract/people.ts'
import { useRead } from '../api/data.ts'
import { useMay } from '../api/session.ts'
import { usePathParameter } from '../ui/address.ts'
import { Loaded } from '../ui/Loaded.tsx'
import { PageHead } from '../ui/PageHead.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { Sections } from '../ui/Section.tsx'
import { AccountBadge, shownState } from './AccountBadge.tsx'
import { personPath } from './people-orders.ts'
import { PersonAccount } from './PersonAccount.tsx'
import { PersonDetails } from './PersonDetails.tsx'
import { PersonRoles } from './PersonRoles.tsx'
import { PersonTokens } from './PersonTokens.tsx'

/** One person: who they are, whether and how they sign in, and what they may do. */
export function PersonPage() {
  const { t } = useTranslation('people')
  const id = usePathParameter('id')
  const mayManage = useMay('people.manage')
  const loaded = useRead(personPath(id), PersonView)
  const person = loaded.state === 'ready' ? loaded.value : undefined
  const account = person?.account
  const isLocked = typeof account?.lockedUntil === 'string'
  const state = shownState(account?.state ?? 'none', isLocked)
  return (
    <>
      <PageHead
        title={person?.name ?? t('person.title')}
        back={<PageLink to="/people">{t('title')}</PageLink>}
        {...(person !== undefined && {
          purpose: person.address,
          badge: <AccountBadge state={state} />,
        })}
      />
      <Sections>
        <Loaded of={loaded} failed={t('person.failed')} height={480}>
          {(shown) => (
            <>
              <PersonAccount key={`account ${id}`} person={shown} mayManage={mayManage} />
              {shown.account !== null && (
                <PersonRoles key={`roles ${id}`} person={shown} mayManage={mayManage} />
              )}
              <PersonDetails key={`details ${id}`} person={shown} mayManage={mayManage} />
              {shown.account !== null && mayManage && <PersonTokens personId={shown.id} />}
            </>
          )}
        </Loaded>
      </Sections>
    </>
  )
}
