import { Button, Divider, Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/data.ts'
import { asProblem } from '../api/problem.ts'
import { useSession, useSessionUpdate } from '../api/session.ts'
import { PasswordField } from '../ui/Fields.tsx'
import { Form } from '../ui/Form.tsx'
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
    <Modal
      opened
      onClose={() => onDone(false)}
      title={t('confirm.title')}
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      <Form
        form={form}
        submit={t('confirm.action')}
        onSaved={() => onDone(true)}
        beside={
          <Button variant="default" onClick={() => onDone(false)}>
            {t('common:cancel')}
          </Button>
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
      </Form>
      {(passkey || openid !== undefined) && (
        <Stack gap={12} mt={16}>
          <Divider label={t('or')} />
          {passkey && <PasskeyButton calls={calls} onAnswer={confirmed} />}
          {openid !== undefined && <OpenIdButton name={openid.name} next={location.pathname} />}
        </Stack>
      )}
    </Modal>
  )
}
