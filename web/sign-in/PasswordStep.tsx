import { useTranslation } from 'react-i18next'
import type { SessionView } from '../../src/contract/session.ts'
import { asProblem } from '../api/problem.ts'
import { PasswordField, TextField } from '../ui/Fields.tsx'
import { Form } from '../ui/Form.tsx'
import { useForm } from '../ui/form.ts'
import type { SignInCalls } from './calls.ts'

interface Props {
  readonly calls: SignInCalls
  /** Fixed when somebody signs in again. */
  readonly address?: string
  readonly onAnswer: (session: SessionView) => void
}

/** Address and password. */
export function PasswordStep({ calls, address, onAnswer }: Props) {
  const { t } = useTranslation('sign-in')
  const form = useForm({
    value: { address: address ?? '', password: '' },
    check: ({ address: entered, password }) => ({
      ...(entered.trim() === '' && { address: t('needed.address') }),
      ...(password === '' && { password: t('needed.password') }),
    }),
    submit: async ({ address: entered, password }) => {
      try {
        onAnswer(await calls.signIn({ address: entered.trim(), password }))
        return undefined
      } catch (error) {
        return asProblem(error)
      }
    },
  })
  return (
    <Form form={form} submit={t('signIn')} wide>
      <TextField
        form={form}
        name="address"
        type="email"
        label={t('address')}
        autoComplete="username"
        locked={address !== undefined}
        input={{ inputMode: 'email', autoFocus: address === undefined }}
      />
      <PasswordField
        form={form}
        name="password"
        label={t('password')}
        autoComplete="current-password"
        first={address !== undefined}
      />
    </Form>
  )
}
