import { Modal, Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useId, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../api/session.ts'
import { useFocusGivenBack } from '../ui/focus-given-back.ts'
import { useGo } from '../ui/PageLink.tsx'
import { menuFor } from './menu.ts'
import { useRecords } from './records.ts'
import styles from './Palette.module.css'

interface Entry {
  readonly href: string
  readonly name: string
  /** What it is: the section of a page, the kind of a record. */
  readonly kind: string
}

/** Pages and records whose names hold what is typed; arrows choose, Enter opens. */
export function PaletteDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  useFocusGivenBack(true)
  const { permissions = [] } = useSession()
  const go = useGo()
  const listId = useId()
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(0)

  const wanted = typed.trim().toLocaleLowerCase()
  const pages: Entry[] = menuFor(permissions).flatMap(({ section, pages: all }) =>
    all.map(({ path, name }) => ({
      href: path,
      name: t(`pages.${name}`),
      kind: t(`sections.${section}`),
    })),
  )
  const records = useRecords(typed.trim())
  const entries = [
    ...pages.filter(({ name, kind }) => `${name} ${kind}`.toLocaleLowerCase().includes(wanted)),
    ...records,
  ]
  const at = Math.min(chosen, Math.max(entries.length - 1, 0))

  const open = (entry: Entry | undefined) => {
    if (entry === undefined) return
    onClose()
    go(entry.href)
  }
  const choose = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.key === 'Enter') open(entries[at])
    else if (step !== undefined && entries.length > 0) {
      setChosen((at + step + entries.length) % entries.length)
    } else return
    event.preventDefault()
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('palette.open')}
      closeButtonProps={{ 'aria-label': t('close') }}
      yOffset="10vh"
    >
      <TextInput
        role="combobox"
        aria-expanded
        aria-controls={listId}
        {...(entries.length > 0 && { 'aria-activedescendant': `${listId}-${at}` })}
        aria-label={t('palette.label')}
        placeholder={t('palette.label')}
        leftSection={<IconSearch size={16} aria-hidden />}
        data-autofocus
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          setChosen(0)
        }}
        onKeyDown={choose}
      />
      <ul role="listbox" id={listId} aria-label={t('palette.found')} className={styles.entries}>
        {entries.map((entry, index) => (
          <li
            key={entry.href}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === at}
            className={styles.entry}
            onClick={() => open(entry)}
            onMouseMove={() => setChosen(index)}
          >
            <span className={styles.name}>{entry.name}</span>
            <span className={styles.kind}>{entry.kind}</span>
          </li>
        ))}
      </ul>
      {entries.length === 0 && (
        <Text role="status" c="dimmed" mt={8}>
          {t('palette.nothing')}
        </Text>
      )}
    </Modal>
  )
}
