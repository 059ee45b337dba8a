import { Anchor, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SecondFactor, SessionView } from '../../src/contract/session.ts'
import { asProblem } from '../api/problem.ts'
import { TextField } from '../ui/Fields.tsx'
import { Form } from '../ui/Form.tsx'
import { useForm } from '../ui/form.ts'
import type { SignInCalls } from './calls.ts'
import { PasskeyButton } from './PasskeyButton.tsx'

interface Props {
  readonly calls: SignInCalls
  /** What the account can give. */
  readonly factors: readonly SecondFactor[]
  readonly onAnswer: (session: SessionView) => void
}

/** A code of the authenticator application, a passkey, or one of the recovery codes. */
export function SecondFactorStep({ calls, factors, onAnswer }: Props) {
  const { t } = useTranslation('sign-in')
  const [factor, setFactor] = useState<SecondFactor>(
    factors.find((each) => each === 'passkey') ?? factors[0] ?? 'totp',
  )
  return (
    <>
      <Text>{t(`second.${factor}`)}</Text>
      {factor === 'passkey' ? (
        <PasskeyButton calls={calls} onAnswer={onAnswer} primary />
      ) : (
        <CodeForm key={factor} factor={factor} calls={calls} onAnswer={onAnswer} />
      )}
      {factors.length > 1 && (
        <Group gap={16}>
          {factors
            .filter((each) => each !== factor)
            .map((each) => (
              <Anchor key={each} component="button" type="button" onClick={() => setFactor(each)}>
                {t(`second.use.${each}`)}
              </Anchor>
            ))}
        </Group>
      )}
    </>
  )
}

interface CodeProps extends Omit<Props, 'factors'> {
  readonly factor: 'totp' | 'recovery-code'
}

function CodeForm({ factor, calls, onAnswer }: CodeProps) {
  const { t } = useTranslation('sign-in')
  const form = useForm({
    value: { code: '' },
    check: ({ code }) => (code.trim() === '' ? { code: t('needed.code') } : {}),
    submit: async ({ code }) => {
      try {
        onAnswer(await (factor === 'totp' ? calls.giveTotp(code) : calls.giveRecoveryCode(code)))
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
        name="code"
        label={t(factor === 'totp' ? 'code' : 'recoveryCode')}
        autoComplete={factor === 'totp' ? 'one-time-code' : 'off'}
        input={{ autoFocus: true, ...(factor === 'totp' && { inputMode: 'numeric' }) }}
      />
    </Form>
  )
}
