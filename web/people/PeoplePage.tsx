import { Button } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ROLES } from '../../src/contract/permissions.ts'
import {
  PEOPLE_SORTS,
  PeopleList,
  type PersonEntry,
  SHOWN_ACCOUNT_STATES,
} from '../../src/contract/people.ts'
import { useReadPieces } from '../api/data.ts'
import { useMay } from '../api/session.ts'
import { Address } from '../ui/Address.tsx'
import { useAddress } from '../ui/address.ts'
import { useFormat } from '../ui/format.ts'
import { List, type Column } from '../ui/List.tsx'
import { PageHead } from '../ui/PageHead.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { AccountBadge, shownState } from './AccountBadge.tsx'
import { AddPerson } from './AddPerson.tsx'
import { PEOPLE_PATH } from './people-orders.ts'
import { useRoleWords } from './role-words.ts'

/** Everybody of the organisation, and what stands between them and the hub. */
export function PeoplePage() {
  const { t } = useTranslation(['people', 'roles'])
  const [{ search, role, state, sort, order }, change] = useAddress({
    ...{ search: '', role: '', state: '' },
    ...{ sort: 'address', order: '' },
  })
  const [adding, setAdding] = useState(false)
  const mayManage = useMay('people.manage')
  const words = useRoleWords()
  const columns = useColumns()
  const { rows, more, loadingMore, first } = useReadPieces(PEOPLE_PATH, PeopleList, {
    query: {
      ...{ search, role, accountState: state },
      sort: PEOPLE_SORTS.find((each) => each === sort),
      order,
    },
    rowsOf: ({ people }) => people,
    nextOf: ({ next }) => next,
  })
  const add = mayManage && (
    <Button leftSection={<IconUserPlus size={18} aria-hidden />} onClick={() => setAdding(true)}>
      {t('add.title')}
    </Button>
  )
  return (
    <>
      <PageHead title={t('title')} purpose={t('purpose')} action={add} />
      <List
        label={t('title')}
        rows={rows}
        idOf={({ id }) => id}
        nameOf={({ name }) => name}
        hrefOf={({ id }) => `/people/${encodeURIComponent(id)}`}
        columns={columns}
        search={{
          label: t('search'),
          value: search,
          onChange: (entered) => change({ search: entered }),
        }}
        filters={[
          {
            label: t('filter.role'),
            value: role,
            options: ROLES.map((value) => ({ value, label: words.name(value) })),
            onChange: (chosen) => change({ role: chosen }),
          },
          {
            label: t('filter.state'),
            value: state,
            options: SHOWN_ACCOUNT_STATES.map((value) => ({ value, label: t(`state.${value}`) })),
            onChange: (chosen) => change({ state: chosen }),
          },
        ]}
        onClear={() => change({ search: '', role: '', state: '' })}
        sort={{
          by: sort,
          descending: order === 'descending',
          onChange: (by, descending) => change({ sort: by, order: descending ? 'descending' : '' }),
        }}
        count={first && t('count', { count: first.count })}
        empty={{ title: t('empty.title'), text: t('empty.text'), action: add }}
        more={more}
        loadingMore={loadingMore}
      />
      <p>
        <PageLink to="/people/roles">{t('roles:all')}</PageLink>
      </p>
      {adding && <AddPerson onClose={() => setAdding(false)} />}
    </>
  )
}

function useColumns(): Column<PersonEntry>[] {
  const { t } = useTranslation(['people', 'roles'])
  const words = useRoleWords()
  const format = useFormat()
  return [
    { id: 'name', title: t('name'), sortable: true, cell: ({ name }) => name },
    {
      id: 'address',
      title: t('address'),
      sortable: true,
      cell: ({ address }) => <Address>{address}</Address>,
    },
    {
      id: 'state',
      title: t('signIn'),
      cell: ({ accountState, isLocked }) => (
        <AccountBadge state={shownState(accountState, isLocked)} />
      ),
    },
    {
      id: 'roles',
      title: t('roles:heading'),
      cell: ({ accountState, roles }) => (accountState === 'none' ? '–' : words.list(roles)),
    },
    {
      id: 'last-sign-in',
      title: t('lastSignIn'),
      sortable: true,
      minor: true,
      cell: ({ accountState, lastSignInAt }) => {
        if (lastSignInAt !== null) return <RelativeTime at={lastSignInAt} />
        return accountState === 'none' ? '–' : t('never')
      },
    },
    ...(useMay('certificates.read')
      ? [
          {
            id: 'certificates',
            title: t('certificates'),
            align: 'end' as const,
            minor: true,
            cell: ({ certificates }: PersonEntry) => format.number(certificates ?? 0),
          },
        ]
      : []),
  ]
}
