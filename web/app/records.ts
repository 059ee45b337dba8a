import { useTranslation } from 'react-i18next'
import { PeopleList } from '../../src/contract/people.ts'
import { useRead } from '../api/data.ts'
import { useMay } from '../api/session.ts'
import { pageAt } from './pages.ts'

/** As many people as the palette offers. */
const MAX_PEOPLE = 6

interface Entry {
  readonly href: string
  readonly name: string
  readonly kind: string
}

/** Records that what is typed names: people by name or address, a message by its ID. */
export function useRecords(typed: string): Entry[] {
  const { t } = useTranslation()
  const mayReadPeople = useMay('people.read') && pageAt('/people/-') !== undefined
  const mayReadMessages = useMay('messages.read') && pageAt('/messages/-') !== undefined
  const enabled = mayReadPeople && typed.length >= 2
  const people = useRead('/api/v1/people', PeopleList, {
    query: { search: typed, limit: MAX_PEOPLE },
    enabled,
  })
  const entries: Entry[] = []
  if (mayReadMessages && /^[0-9a-f]{8}-?[0-9a-f-]{8,}$/i.test(typed)) {
    entries.push({
      href: `/messages/${encodeURIComponent(typed)}`,
      name: typed,
      kind: t('palette.message'),
    })
  }
  if (enabled && people.state === 'ready') {
    for (const { id, name, address } of people.value.people) {
      entries.push({
        href: `/people/${encodeURIComponent(id)}`,
        name: t('palette.personName', { name, address }),
        kind: t('palette.person'),
      })
    }
  }
  return entries
}
