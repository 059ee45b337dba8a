import { useTranslation } from 'react-i18next'
import { PersonView } from '../../src/contract/people.ts'
import { useApi, useChange } from '../api/data.ts'
import { SESSION_PATH } from '../api/session.ts'
import { LANGUAGE_NAMES, LANGUAGES } from '../app/language.ts'
import { TextField, ValueView } from '../ui/Fields.tsx'
import { ChoiceField } from '../ui/ChoiceFields.tsx'
import { useForm } from '../ui/form.ts'
import { useFormat } from '../ui/format.ts'
import { Facts } from '../ui/Section.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { ViewEdit } from '../ui/ViewEdit.tsx'
import { PEOPLE_PATH, personPath } from './people-orders.ts'

interface Props {
  readonly person: PersonView
  readonly mayManage: boolean
}

/** Name and language can be changed; the address is what mail and certificates go by. */
export function PersonDetails({ person, mayManage }: Props) {
  const { t } = useTranslation('people')
  const api = useApi()
  const format = useFormat()
  const change = useChange(
    (body: { name: string; language: string }) =>
      api.call(personPath(person.id), { method: 'PATCH', body, reply: PersonView }),
    { refreshes: [PEOPLE_PATH, SESSION_PATH] },
  )
  const form = useForm<{ name: string; language: string }>({
    value: { name: person.name, language: person.language },
    viewFirst: true,
    check: ({ name }) => (name.trim() === '' ? { name: t('needed.name') } : {}),
    submit: async ({ name, language }) =>
      (await change.attempt({ name: name.trim(), language })).problem,
  })
  return (
    <ViewEdit form={form} title={t('person.details')} mayEdit={mayManage}>
      <TextField form={form} name="name" label={t('name')} required input={{ maxLength: 200 }} />
      <ChoiceField
        form={form}
        name="language"
        label={t('language')}
        choices={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
      />
      <ValueView label={t('address')}>{person.address}</ValueView>
      <Facts>
        {person.certificates !== null && (
          <ValueView label={t('person.certificates')}>
            {format.number(person.certificates)}
          </ValueView>
        )}
        <ValueView label={t('person.added')}>
          <RelativeTime at={person.createdAt} />
        </ValueView>
      </Facts>
    </ViewEdit>
  )
}
