import { NativeSelect, Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './List.module.css'

/** How long someone pauses before it is searched for. */
const PAUSE_MS = 250

export interface Search {
  /** What can be searched for: *Address, subject or message ID*. */
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}

/** One choice that narrows the list; the empty value is *All*. */
export interface Filter {
  readonly label: string
  readonly value: string
  readonly options: readonly { readonly value: string; readonly label: string }[]
  readonly onChange: (value: string) => void
}

interface Props {
  readonly search?: Search | undefined
  readonly filters: readonly Filter[]
  readonly controls?: ReactNode
  readonly count?: string | undefined
}

/** What stands above a list. `/` goes to the search field. */
export function ListControls({ search, filters, controls, count }: Props) {
  const { t } = useTranslation()
  return (
    <div className={styles.controls}>
      {search && <SearchField search={search} />}
      {filters.map(({ label, value, options, onChange }) => (
        <NativeSelect
          key={label}
          label={label}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
          data={[{ value: '', label: t('list.all') }, ...options]}
        />
      ))}
      {controls}
      <Text className={styles.count ?? ''} role="status">
        {count ?? ''}
      </Text>
    </div>
  )
}

function SearchField({ search: { label, value, onChange } }: { search: Search }) {
  const [typed, setTyped] = useState(value)
  const [told, setTold] = useState(value)
  const change = useRef(onChange)
  useEffect(() => {
    change.current = onChange
  })
  // Somebody else changed it: *Clear filters*, or the browser's back button.
  if (value !== told) {
    setTold(value)
    setTyped(value)
  }
  useEffect(() => {
    if (typed === told) return
    const timer = setTimeout(() => {
      setTold(typed)
      change.current(typed)
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed, told])
  return (
    <TextInput
      type="search"
      className={styles.search ?? ''}
      label={label}
      leftSection={<IconSearch size={16} aria-hidden />}
      aria-keyshortcuts="/"
      data-page-search
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  )
}
