import { Divider, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/data.ts'
import { asProblem } from '../api/problem.ts'
import { useSession, useSessionUpdate } from '../api/session.ts'
import { PasswordField } from '../ui/Fields.tsx'
import { FormDialog } from '../ui/FormDialog.tsx'
import { useForm } from '../ui/form.ts'
import { signInCalls } from './calls.ts'
import { OpenIdButton } from './OpenIdButton.tsx'
import { PasskeyButton } from './PasskeyButton.tsx'

/** The password, or the passkey, once more before something that matters. */
export function ConfirmPassword({ onDone }: { readonly onDone: (done: boolean) => void }) {
  const { t } = useTranslation('sign-in')
  const api = useApi()
  const update = useSessionUpdate()
  const { passkey, openid } = useSession().signInMethods
  const calls = signInCalls(api)
  const confirmed: typeof update = (session) => {
    update(session)
    onDone(true)
  }
  const form = useForm({
    value: { password: '' },
    check: ({ password }) => (password === '' ? { password: t('needed.password') } : {}),
    submit: async ({ password }) => {
      try {
        update(await calls.confirm(password))
        return undefined
      } catch (error) {
        return asProblem(error)
      }
    },
  })
  return (
    <FormDialog
      onClose={() => onDone(false)}
      title={t('confirm.title')}
      form={form}
      submit={t('confirm.action')}
      onSaved={() => onDone(true)}
      after={
        (passkey || openid !== undefined) && (
          <Stack gap={12} mt={16}>
            <Divider label={t('or')} />
            {passkey && <PasskeyButton calls={calls} onAnswer={confirmed} />}
            {openid !== undefined && <OpenIdButton name={openid.name} next={location.pathname} />}
          </Stack>
        )
      }
    >
      <Text>{t('confirm.text')}</Text>
      <PasswordField
        form={form}
        name="password"
        label={t('password')}
        autoComplete="current-password"
        first
      />
    </FormDialog>
  )
}
