import { Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/data.ts'
import { asProblem } from '../api/problem.ts'
import { TextField } from '../ui/Fields.tsx'
import { Form } from '../ui/Form.tsx'
import { useForm } from '../ui/form.ts'
import { NewPasswordField, strengthOf } from '../ui/NewPasswordField.tsx'
import { NoteBox } from '../ui/NoteBox.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { signInCalls } from './calls.ts'
import { LinkGate } from './LinkGate.tsx'
import { hideLinkToken, useLinkToken } from './link-token.ts'
import { PublicFrame } from './PublicFrame.tsx'

/** Without a link: asks for one. With the link of the mail: takes the new password. */
export function PasswordResetPage() {
  const { t } = useTranslation('sign-in')
  const token = useLinkToken()
  useEffect(hideLinkToken, [])
  return (
    <PublicFrame title={t(token === '' ? 'reset.title' : 'reset.newTitle')}>
      {token === '' ? <RequestReset /> : <CompleteReset token={token} />}
    </PublicFrame>
  )
}

/** Says the same for every address: whether there is an account is nobody's business. */
function RequestReset() {
  const { t } = useTranslation('sign-in')
  const calls = signInCalls(useApi())
  const [asked, setAsked] = useState<string>()
  const form = useForm({
    value: { address: '' },
    check: ({ address }) =>
      /^\S+@\S+$/.test(address.trim()) ? {} : { address: t('needed.address') },
    submit: async ({ address }) => {
      try {
        await calls.requestReset(address.trim())
        setAsked(address.trim())
        return undefined
      } catch (error) {
        return asProblem(error)
      }
    },
  })
  return (
    <Stack gap={16}>
      {asked === undefined ? (
        <Form form={form} submit={t('reset.action')} wide>
          <Text>{t('reset.text')}</Text>
          <TextField
            form={form}
            name="address"
            type="email"
            label={t('address')}
            autoComplete="username"
            input={{ autoFocus: true }}
          />
        </Form>
      ) : (
        <NoteBox kind="ok" role="status" title={t('reset.asked')}>
          <span>{t('reset.askedText', { address: asked })}</span>
        </NoteBox>
      )}
      <PageLink to="/sign-in">{t('back')}</PageLink>
    </Stack>
  )
}

function CompleteReset({ token }: { token: string }) {
  const { t } = useTranslation('sign-in')
  const calls = signInCalls(useApi())
  const [done, setDone] = useState(false)
  const form = useForm({
    value: { password: '' },
    check: ({ password }) =>
      strengthOf(password) === 'short' ? { password: t('needed.newPassword') } : {},
    submit: async ({ password }) => {
      try {
        await calls.completeReset({ token, password })
        setDone(true)
        return undefined
      } catch (error) {
        return asProblem(error)
      }
    },
  })
  if (done) {
    return (
      <Stack gap={16}>
        <NoteBox kind="ok" role="status" title={t('reset.done')}>
          <span>{t('reset.doneText')}</span>
        </NoteBox>
        <PageLink to="/sign-in">{t('signIn')}</PageLink>
      </Stack>
    )
  }
  return (
    <LinkGate
      look={() => calls.findReset(token)}
      instead={<PageLink to="/password-reset">{t('reset.again')}</PageLink>}
    >
      {({ address, organization }) => (
        <Form form={form} submit={t('reset.save')} wide>
          <Text>{t('reset.newText', { address, organization })}</Text>
          <input type="hidden" autoComplete="username" value={address} readOnly />
          <NewPasswordField form={form} name="password" label={t('newPassword')} required />
        </Form>
      )}
    </LinkGate>
  )
}
