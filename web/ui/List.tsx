import { Button, Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Loadable } from '../api/loadable.ts'
import { ListControls, type Filter, type Search } from './ListControls.tsx'
import { ListSkeleton } from './ListSkeleton.tsx'
import { ListTable } from './ListTable.tsx'
import { Problem } from './Problem.tsx'
import styles from './List.module.css'

export interface Column<Row> {
  readonly id: string
  readonly title: string
  readonly cell: (row: Row) => ReactNode
  readonly sortable?: boolean
  /** `end` for numbers. */
  readonly align?: 'start' | 'end'
  /** Not shown where the list is narrower than 1,020 px; in cards neither. */
  readonly minor?: boolean
}

export interface Sort {
  readonly by: string
  readonly descending: boolean
  readonly onChange: (by: string, descending: boolean) => void
}

export interface Selection {
  readonly selected: ReadonlySet<string>
  readonly onChange: (selected: ReadonlySet<string>) => void
  /** Buttons for what can be done with all of them. */
  readonly actions: ReactNode
}

export interface ListProps<Row> {
  /** What it is a list of, for screen readers: *Messages*. */
  readonly label: string
  readonly rows: Loadable<readonly Row[]>
  /** The first column names the row and carries its link. */
  readonly columns: readonly Column<Row>[]
  readonly idOf: (row: Row) => string
  /** The row in words, for its checkbox; the ID without. */
  readonly nameOf?: (row: Row) => string
  /** Where a row leads: by click anywhere, by Enter on its link; arrows go to the next. */
  readonly hrefOf?: (row: Row) => string
  readonly search?: Search
  readonly filters?: readonly Filter[]
  /** Further controls beside the filters, such as a range of days. */
  readonly controls?: ReactNode
  /** Whether anything narrows the list; told by search and filters when it is not said. */
  readonly narrowed?: boolean
  /** How many there are in all, as a sentence: *12 people*. */
  readonly count?: string | undefined
  readonly sort?: Sort
  readonly selection?: Selection
  /** Says what will be here, and offers the first step. */
  readonly empty: { readonly title: string; readonly text?: string; readonly action?: ReactNode }
  /** Called by *Clear filters*; without it search and filters are emptied one by one. */
  readonly onClear?: () => void
  /** Of a list that comes in pieces: loads the next one. */
  readonly more?: (() => void) | undefined
  readonly loadingMore?: boolean
}

/**
 * A list with search, filters, count, sort, selection and bulk actions. Empty, no match, loading and
 * failed are part of it; below 700 px each row is a card.
 */
export function List<Row>(props: ListProps<Row>) {
  const { label, rows, search, filters = [], controls, count, selection, more } = props
  const { t } = useTranslation()
  const narrowed =
    props.narrowed ?? ((search?.value ?? '') !== '' || filters.some(({ value }) => value !== ''))
  const clear =
    props.onClear ??
    (() => {
      search?.onChange('')
      for (const filter of filters) filter.onChange('')
    })
  const isEmpty = rows.state === 'ready' && rows.value.length === 0
  const hasControls = search !== undefined || filters.length > 0 || controls !== undefined

  return (
    <section aria-label={label} className={styles.list}>
      {(hasControls || count !== undefined) && !(isEmpty && !narrowed) && (
        <ListControls {...{ search, filters, controls, count }} />
      )}
      {selection !== undefined && selection.selected.size > 0 && (
        <div className={styles.bulk} role="region" aria-label={t('list.bulk')}>
          <Text fw={600}>{t('list.selected', { count: selection.selected.size })}</Text>
          <Group gap={8}>
            {selection.actions}
            <Button variant="subtle" onClick={() => selection.onChange(new Set())}>
              {t('list.clearSelection')}
            </Button>
          </Group>
        </div>
      )}
      {rows.state === 'loading' && <ListSkeleton columns={props.columns.length} />}
      {rows.state === 'failed' && (
        <Problem problem={rows.problem} title={t('list.failed')} onRetry={rows.retry} />
      )}
      {isEmpty && narrowed && (
        <div className={styles.nothing}>
          <Text fw={600}>{t('list.noMatch')}</Text>
          <Button variant="default" onClick={clear}>
            {t('list.clearFilters')}
          </Button>
        </div>
      )}
      {isEmpty && !narrowed && (
        <div className={styles.nothing}>
          <Text fw={600}>{props.empty.title}</Text>
          {props.empty.text !== undefined && <Text c="dimmed">{props.empty.text}</Text>}
          {props.empty.action}
        </div>
      )}
      {rows.state === 'ready' && rows.value.length > 0 && (
        <ListTable {...props} rows={rows.value} />
      )}
      {more && (
        <Button
          variant="default"
          className={styles.more ?? ''}
          loading={props.loadingMore ?? false}
          onClick={more}
        >
          {t('list.more')}
        </Button>
      )}
    </section>
  )
}
