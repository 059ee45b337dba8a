import { Button } from '@mantine/core'
import { IconFilePlus, IconTag } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { POLICY_SORTS, POLICY_TABS, PolicyList } from '../../src/contract/change-control.ts'
import { useReadPieces } from '../api/data.ts'
import { useMay } from '../api/session.ts'
import { useAddress } from '../ui/address.ts'
import { List } from '../ui/List.tsx'
import { PageHead } from '../ui/PageHead.tsx'
import { LinkButton } from '../ui/PageLink.tsx'
import { LabelPolicies } from './LabelPolicies.tsx'
import { NewPolicy } from './NewPolicy.tsx'
import { usePolicyNames } from './kind-name.ts'
import { POLICIES_PATH, policyPage } from './policy-paths.ts'
import { usePolicyColumns } from './policy-columns.tsx'
import { SearchHelp } from './SearchHelp.tsx'
import { TabLinks } from './TabLinks.tsx'
import styles from './policies.module.css'

/** Every policy under change control: by tab, searched, and what can be done with several at once. */
export function PoliciesPage() {
  const { t } = useTranslation('policies')
  const [address, change] = useAddress({
    ...{ tab: 'controlled', search: '' },
    ...{ sort: 'name', order: '' },
  })
  const { search, sort, order } = address
  const tab = POLICY_TABS.find((each) => each === address.tab) ?? 'controlled'
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [asking, setAsking] = useState<'new' | 'label'>()
  const names = usePolicyNames()
  const mayChange = useMay('policies.change')
  const { rows, more, loadingMore, first } = useReadPieces(POLICIES_PATH, PolicyList, {
    query: {
      ...{ tab, search, order },
      sort: POLICY_SORTS.find((each) => each === sort),
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    },
    rowsOf: ({ policies }) => policies,
    nextOf: ({ next }) => next,
  })
  const mayCreate = first?.mayCreate ?? 'no'
  const add = mayCreate !== 'no' && (
    <Button leftSection={<IconFilePlus size={18} aria-hidden />} onClick={() => setAsking('new')}>
      {t(mayCreate === 'directly' ? 'new.title' : 'new.requestTitle')}
    </Button>
  )
  return (
    <div className={styles.page}>
      <PageHead
        title={t('title')}
        purpose={t('purpose')}
        action={
          <div className={styles.actions}>
            <LinkButton to="/policies/access" variant="default">
              {t('access.title')}
            </LinkButton>
            {add}
          </div>
        }
      />
      <TabLinks
        label={t('tabs')}
        current={tab}
        tabs={POLICY_TABS.map((value) => ({
          value,
          label: t(`tab.${value}`),
          to: value === 'controlled' ? '/policies' : `/policies?tab=${value}`,
          count: first?.tabs[value],
        }))}
      />
      <SearchHelp />
      <List
        label={t(`tab.${tab}`)}
        rows={rows}
        columns={usePolicyColumns(tab)}
        idOf={({ id }) => id}
        nameOf={names.policy}
        hrefOf={({ id }) => policyPage(id)}
        search={{
          label: t('search.label'),
          value: search,
          onChange: (entered) => change({ search: entered }),
        }}
        onClear={() => change({ search: '' })}
        sort={{
          by: sort,
          descending: order === 'descending',
          onChange: (by, descending) => change({ sort: by, order: descending ? 'descending' : '' }),
        }}
        count={first && t('count', { count: first.count })}
        {...(mayChange &&
          tab === 'controlled' && {
            selection: {
              selected,
              onChange: setSelected,
              actions: (
                <Button
                  variant="default"
                  leftSection={<IconTag size={16} aria-hidden />}
                  onClick={() => setAsking('label')}
                >
                  {t('verb.label')}
                </Button>
              ),
            },
          })}
        empty={{
          title: t(`empty.${tab}.title`),
          text: t(`empty.${tab}.text`),
          ...(tab === 'controlled' && { action: add }),
        }}
        more={more}
        loadingMore={loadingMore}
      />
      {asking === 'new' && mayCreate !== 'no' && (
        <NewPolicy mayCreate={mayCreate} onClose={() => setAsking(undefined)} />
      )}
      {asking === 'label' && (
        <LabelPolicies
          policies={[...selected]}
          onClose={() => setAsking(undefined)}
          onDone={() => setSelected(new Set())}
        />
      )}
    </div>
  )
}
