import { Checkbox, UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconArrowsSort } from '@tabler/icons-react'
import type { KeyboardEvent, MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Column, ListProps, Selection, Sort } from './List.tsx'
import { PageLink, useGo } from './PageLink.tsx'
import styles from './List.module.css'

type Props<Row> = Omit<ListProps<Row>, 'rows'> & { readonly rows: readonly Row[] }

/** The rows of a list. Roles are written out: as cards a table would lose them. */
export function ListTable<Row>({
  label,
  rows,
  columns,
  selection,
  sort,
  idOf,
  ...rest
}: Props<Row>) {
  const { t } = useTranslation()
  const ids = rows.map(idOf)
  return (
    <div className={styles.frame} onKeyDown={moveByArrows}>
      <table role="table" aria-label={label} className={styles.table}>
        <thead role="rowgroup">
          <tr role="row">
            {selection && (
              <th role="columnheader" className={styles.select}>
                <SelectAll ids={ids} selection={selection} label={t('list.selectAll')} />
              </th>
            )}
            {columns.map((column) => (
              <ColumnHead key={column.id} column={column} sort={sort} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <ListRow key={idOf(row)} {...{ row, columns, selection, idOf, ...rest }} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function ColumnHead<Row>({ column, sort }: { column: Column<Row>; sort: Sort | undefined }) {
  const attributes = {
    role: 'columnheader',
    scope: 'col',
    'data-align': column.align,
    'data-minor': column.minor,
  }
  if (column.sortable !== true || sort === undefined) return <th {...attributes}>{column.title}</th>
  const sorted = sort.by === column.id
  const Icon = sorted ? (sort.descending ? IconArrowDown : IconArrowUp) : IconArrowsSort
  return (
    <th
      {...attributes}
      aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
    >
      <UnstyledButton
        className={styles.sort ?? ''}
        onClick={() => sort.onChange(column.id, sorted ? !sort.descending : false)}
      >
        {column.title}
        <Icon size={14} aria-hidden />
      </UnstyledButton>
    </th>
  )
}

interface RowProps<Row> extends Pick<
  ListProps<Row>,
  'columns' | 'selection' | 'idOf' | 'nameOf' | 'hrefOf'
> {
  readonly row: Row
}

function ListRow<Row>({ row, columns, selection, idOf, nameOf, hrefOf }: RowProps<Row>) {
  const { t } = useTranslation()
  const go = useGo()
  const id = idOf(row)
  const href = hrefOf?.(row)
  const isSelected = selection?.selected.has(id) ?? false
  const open = (event: MouseEvent<HTMLTableRowElement>) => {
    // What is in the row and does something of its own, and text that is being selected, stay.
    const target = event.target as Element
    if (href === undefined || target.closest('a, button, input, label, summary') !== null) return
    if (window.getSelection()?.isCollapsed === false) return
    go(href)
  }
  return (
    <tr role="row" data-opens={href !== undefined} data-selected={isSelected} onClick={open}>
      {selection && (
        <td role="cell" className={styles.select}>
          <Checkbox
            aria-label={t('list.select', { name: nameOf?.(row) ?? id })}
            checked={isSelected}
            onChange={() => selection.onChange(toggled(selection.selected, id))}
          />
        </td>
      )}
      {columns.map((column, index) => (
        <td
          key={column.id}
          role={index === 0 ? 'rowheader' : 'cell'}
          data-label={column.title}
          data-align={column.align}
          data-minor={column.minor}
        >
          {index === 0 && href !== undefined ? (
            <PageLink to={href} underline="hover" className={styles.open ?? ''}>
              {column.cell(row)}
            </PageLink>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  )
}

interface SelectAllProps {
  readonly ids: readonly string[]
  readonly selection: Selection
  readonly label: string
}

function SelectAll({ ids, selection: { selected, onChange }, label }: SelectAllProps) {
  const all = ids.every((id) => selected.has(id))
  return (
    <Checkbox
      aria-label={label}
      checked={all}
      indeterminate={!all && ids.some((id) => selected.has(id))}
      onChange={() => onChange(new Set(all ? [] : ids))}
    />
  )
}

function toggled(set: ReadonlySet<string>, one: string): ReadonlySet<string> {
  const next = new Set(set)
  if (!next.delete(one)) next.add(one)
  return next
}

/** Up and down go from the link of one row to the next. */
function moveByArrows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>(`.${styles.open}`)]
  const at = links.indexOf(document.activeElement as HTMLElement)
  if (at === -1) return
  event.preventDefault()
  links[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus()
}
