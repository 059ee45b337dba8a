import { Stack, Text } from '@mantine/core'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { LANGUAGES, type LinkView } from '../../src/contract/session.ts'
import { useApi } from '../api/data.ts'
import { asProblem } from '../api/problem.ts'
import { useSessionUpdate } from '../api/session.ts'
import { LANGUAGE_NAMES } from '../app/language.ts'
import { TextField } from '../ui/Fields.tsx'
import { ChoiceField } from '../ui/ChoiceFields.tsx'
import { Form } from '../ui/Form.tsx'
import { useForm } from '../ui/form.ts'
import { NewPasswordField, strengthOf } from '../ui/NewPasswordField.tsx'
import { NoteBox } from '../ui/NoteBox.tsx'
import { PageLink, useGo } from '../ui/PageLink.tsx'
import { signInCalls } from './calls.ts'
import { LinkGate } from './LinkGate.tsx'
import { hideLinkToken, useLinkToken } from './link-token.ts'
import { PublicFrame } from './PublicFrame.tsx'

/** Behind the link of an invitation: name, language and password, and one is in. */
export function InvitationPage() {
  const { t } = useTranslation('sign-in')
  const calls = signInCalls(useApi())
  const token = useLinkToken()
  useEffect(hideLinkToken, [])
  const instead = (
    <Stack gap={8}>
      <Text>{t('invitation.again')}</Text>
      <PageLink to="/sign-in">{t('signIn')}</PageLink>
    </Stack>
  )
  return (
    <PublicFrame title={t('invitation.title')}>
      {token === '' ? (
        <Stack gap={16}>
          <NoteBox kind="warn" title={t('invitation.noLink')} />
          {instead}
        </Stack>
      ) : (
        <LinkGate look={() => calls.findInvitation(token)} instead={instead}>
          {(link) => <AcceptForm token={token} link={link} />}
        </LinkGate>
      )}
    </PublicFrame>
  )
}

function AcceptForm({ token, link }: { token: string; link: LinkView }) {
  const { t } = useTranslation('sign-in')
  const calls = signInCalls(useApi())
  const update = useSessionUpdate()
  const go = useGo()
  const { address, organization } = link
  const form = useForm({
    value: { name: link.name, language: link.language, password: '' },
    check: ({ name, password }) => ({
      ...(name.trim() === '' && { name: t('setUp.needed.name') }),
      ...(strengthOf(password) === 'short' && { password: t('needed.newPassword') }),
    }),
    submit: async ({ name, language, password }) => {
      try {
        await calls.acceptInvitation({ token, name: name.trim(), language, password })
        const session = await calls.signIn({ address, password })
        go('/', { replace: true })
        update(session)
        return undefined
      } catch (error) {
        return asProblem(error)
      }
    },
  })
  return (
    <Form form={form} submit={t('invitation.action')} wide>
      <Text>{t('invitation.text', { address, organization })}</Text>
      <TextField form={form} name="name" label={t('name')} autoComplete="name" required />
      <ChoiceField
        form={form}
        name="language"
        label={t('common:preferences.language')}
        choices={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
      />
      <input type="hidden" autoComplete="username" value={address} readOnly />
      <NewPasswordField form={form} name="password" label={t('newPassword')} required />
    </Form>
  )
}
