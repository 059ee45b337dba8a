import { useTranslation } from 'react-i18next'
import { Profile } from '../../src/contract/profile.ts'
import { useApi, useChange } from '../api/data.ts'
import { SESSION_PATH } from '../api/session.ts'
import { LANGUAGE_NAMES, LANGUAGES } from '../app/language.ts'
import { useRoleWords } from '../people/role-words.ts'
import { TextField, ValueView } from '../ui/Fields.tsx'
import { ChoiceField } from '../ui/ChoiceFields.tsx'
import { useForm } from '../ui/form.ts'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { Facts } from '../ui/Section.tsx'
import { ViewEdit } from '../ui/ViewEdit.tsx'
import { PROFILE_PATH } from './profile-paths.ts'

/** Name and language can be changed; address and roles are for administrators. */
export function ProfileDetails({ profile }: { readonly profile: Profile }) {
  const { t } = useTranslation('profile')
  const api = useApi()
  const words = useRoleWords()
  const change = useChange(
    (body: { name: string; language: string }) =>
      api.call(PROFILE_PATH, { method: 'PATCH', body, reply: Profile }),
    { refreshes: [PROFILE_PATH, SESSION_PATH] },
  )
  const form = useForm<{ name: string; language: string }>({
    value: { name: profile.name, language: profile.language },
    viewFirst: true,
    check: ({ name }) => (name.trim() === '' ? { name: t('needed.name') } : {}),
    submit: async ({ name, language }) =>
      (await change.attempt({ name: name.trim(), language })).problem,
  })
  return (
    <ViewEdit form={form} title={t('details')} mayEdit>
      <TextField
        form={form}
        name="name"
        label={t('name')}
        required
        autoComplete="name"
        input={{ maxLength: 200 }}
      />
      <ChoiceField
        form={form}
        name="language"
        label={t('language')}
        help={t('languageHelp')}
        choices={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
      />
      <Facts>
        <ValueView label={t('address')}>{profile.address}</ValueView>
        <ValueView label={t('roles')}>{words.list(profile.roles)}</ValueView>
        <ValueView label={t('since')}>
          <RelativeTime at={profile.createdAt} />
        </ValueView>
        <ValueView label={t('lastSignIn')}>
          {profile.lastSignInAt === null ? t('never') : <RelativeTime at={profile.lastSignInAt} />}
        </ValueView>
      </Facts>
    </ViewEdit>
  )
}
