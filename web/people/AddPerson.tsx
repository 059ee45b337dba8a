import { useTranslation } from 'react-i18next'
import type { Role } from '../../src/contract/permissions.ts'
import { PersonView, type NewPerson } from '../../src/contract/people.ts'
import { useApi, useChange } from '../api/data.ts'
import { isLanguage, LANGUAGE_NAMES, LANGUAGES } from '../app/language.ts'
import { TextField } from '../ui/Fields.tsx'
import { CheckField, ChoiceField } from '../ui/ChoiceFields.tsx'
import { FormDialog } from '../ui/FormDialog.tsx'
import { useForm } from '../ui/form.ts'
import { useGo } from '../ui/PageLink.tsx'
import { PEOPLE_PATH } from './people-orders.ts'
import { RolesField } from './RolesField.tsx'
import styles from './people.module.css'

interface Draft {
  readonly name: string
  readonly address: string
  readonly language: string
  readonly invite: boolean
  readonly roles: readonly Role[]
}

/** Adds a person, and invites them unless that is to wait. */
export function AddPerson({ onClose }: { readonly onClose: () => void }) {
  const { t, i18n } = useTranslation(['people', 'roles'])
  const api = useApi()
  const go = useGo()
  const add = useChange(
    (body: NewPerson) => api.call(PEOPLE_PATH, { method: 'POST', body, reply: PersonView }),
    { refreshes: [PEOPLE_PATH] },
  )
  const form = useForm<Draft>({
    value: { name: '', address: '', language: i18n.language, invite: true, roles: [] },
    check: ({ name, address }) => ({
      ...(name.trim() === '' && { name: t('needed.name') }),
      ...(!/^\S+@\S+$/.test(address.trim()) && { address: t('needed.address') }),
    }),
    submit: async ({ name, address, language, invite, roles }) => {
      const { reply, problem } = await add.attempt({
        name: name.trim(),
        address: address.trim(),
        language: isLanguage(language) ? language : 'en',
        ...(invite && { invite: { roles: [...roles] } }),
      })
      if (reply) go(`/people/${encodeURIComponent(reply.id)}`)
      return problem
    },
  })
  return (
    <FormDialog
      onClose={onClose}
      size="lg"
      title={t('add.title')}
      stays={form.isDirty}
      form={form}
      submit={t(form.draft.invite ? 'add.addAndInvite' : 'add.action')}
      failed={t('add.failed')}
    >
      <div className={styles.pair}>
        <TextField form={form} name="name" label={t('name')} required input={{ maxLength: 200 }} />
        <TextField
          form={form}
          name="address"
          type="email"
          label={t('address')}
          help={t('add.addressHelp')}
          required
        />
      </div>
      <ChoiceField
        form={form}
        name="language"
        label={t('language')}
        help={t('add.languageHelp')}
        choices={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
      />
      <CheckField form={form} name="invite" label={t('add.invite')} help={t('add.inviteHelp')} />
      {form.draft.invite && <RolesField form={form} name="roles" label={t('roles:heading')} />}
    </FormDialog>
  )
}
