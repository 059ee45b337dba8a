import { Button, NativeSelect, TextInput } from '@mantine/core'
import { IconAdjustmentsHorizontal } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useWays, type MessageFilters } from './message-filters.ts'
import styles from './Messages.module.css'

interface Props {
  readonly filters: MessageFilters
  readonly change: (changed: Partial<MessageFilters>) => void
}

/** Filters that are needed less often; open when one of them is set. */
export function MoreFilters({ filters, change }: Props) {
  const { t } = useTranslation('messages')
  const { via, from, to, since, until, order } = filters
  const isSet = [via, from, to, since, until, order].some((value) => value !== '')
  const ways = useWays(via)
  const [opened, setOpened] = useState(isSet)
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconAdjustmentsHorizontal size={16} aria-hidden />}
        aria-expanded={opened}
        onClick={() => setOpened(!opened)}
      >
        {t(opened ? 'filter.fewer' : 'filter.more')}
      </Button>
      {opened && (
        <div className={styles.fold} data-wide>
          <Typed
            label={t('filter.from')}
            value={from}
            onChange={(value) => change({ from: value })}
          />
          <Typed label={t('filter.to')} value={to} onChange={(value) => change({ to: value })} />
          <TextInput
            type="date"
            label={t('filter.since')}
            value={since}
            onChange={(event) => change({ since: event.currentTarget.value, period: '' })}
          />
          <TextInput
            type="date"
            label={t('filter.until')}
            value={until}
            onChange={(event) => change({ until: event.currentTarget.value })}
          />
          <NativeSelect
            label={t('filter.via')}
            value={via}
            data={[{ value: '', label: t('common:list.all') }, ...ways]}
            onChange={(event) => change({ via: event.currentTarget.value })}
          />
          <NativeSelect
            label={t('filter.order')}
            value={order}
            data={[
              { value: '', label: t('filter.newest') },
              { value: 'oldest', label: t('filter.oldest') },
            ]}
            onChange={(event) => change({ order: event.currentTarget.value })}
          />
        </div>
      )}
    </>
  )
}

interface TypedProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}

/** Text that is searched for on Enter, or when the field is left. */
function Typed({ label, value, onChange }: TypedProps) {
  const [typed, setTyped] = useState(value)
  const [told, setTold] = useState(value)
  if (value !== told) {
    setTold(value)
    setTyped(value)
  }
  const tell = () => {
    if (typed.trim() !== value) onChange(typed.trim())
  }
  return (
    <TextInput
      label={label}
      value={typed}
      autoComplete="off"
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={tell}
      onKeyDown={(event) => event.key === 'Enter' && tell()}
    />
  )
}
