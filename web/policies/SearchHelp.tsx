import { useTranslation } from 'react-i18next'
import { Fold } from '../ui/Fold.tsx'
import styles from './policies.module.css'

const EXAMPLES = [
  { id: 'words', text: 'security "North America"' },
  { id: 'name', text: 'name: security' },
  { id: 'state', text: 'state: "checked out"' },
  { id: 'changedBy', text: 'changed by: ada' },
  { id: 'changeDate', text: 'change date: lastweek' },
  { id: 'day', text: 'change date: 2030-05-31' },
  { id: 'comment', text: 'comment: firewall' },
  { id: 'label', text: 'label: tested' },
] as const

const DATE_WORDS = [
  ...['today', 'yesterday', 'thisweek', 'lastweek', 'thismonth', 'lastmonth'],
  ...['twomonths', 'threemonths', 'thisyear', 'lastyear'],
]

/** How lists of policies are searched: the grammar of table A7, by examples. */
export function SearchHelp() {
  const { t } = useTranslation('policies')
  return (
    <Fold title={t('search.help')}>
      <p>{t('search.rule')}</p>
      <dl className={styles.searchHelp}>
        {EXAMPLES.map(({ id, text }) => (
          <div key={id} style={{ display: 'contents' }}>
            <dt>
              <code>{text}</code>
            </dt>
            <dd>{t(`search.example.${id}`)}</dd>
          </div>
        ))}
      </dl>
      <p>
        {t('search.dates')} <code>{DATE_WORDS.join(' ')}</code>
      </p>
    </Fold>
  )
}
