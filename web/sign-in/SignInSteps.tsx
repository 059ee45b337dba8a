import { Divider, Stack } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SessionView } from '../../src/contract/session.ts'
import { useApi } from '../api/data.ts'
import { useSessionUpdate } from '../api/session.ts'
import { signInCalls } from './calls.ts'
import { OpenIdButton } from './OpenIdButton.tsx'
import { PasskeyButton } from './PasskeyButton.tsx'
import { PasswordStep } from './PasswordStep.tsx'
import { SecondFactorStep } from './SecondFactorStep.tsx'

interface Props {
  readonly methods: SessionView['signInMethods']
  /** Whoever signs in again in the middle of work does so as who they were. */
  readonly address?: string
  /** Where to come back to from a provider. */
  readonly next: string
  /** What is missing already, when a sign-in was begun before. */
  readonly begun?: SessionView | undefined
  readonly onSignedIn?: (session: SessionView) => void
}

/** Everything between a stranger and a session. */
export function SignInSteps({ methods, address, next, begun, onSignedIn }: Props) {
  const { t } = useTranslation('sign-in')
  const api = useApi()
  const update = useSessionUpdate()
  const calls = signInCalls(api)
  const [answer, setAnswer] = useState(begun)
  const take = (session: SessionView) => {
    update(session)
    if (session.signedIn) onSignedIn?.(session)
    else setAnswer(session)
  }
  if (answer?.state === 'needs-second-factor') {
    const factors = answer.secondFactors ?? []
    return <SecondFactorStep calls={calls} factors={factors} onAnswer={take} />
  }
  const others = methods.passkey || methods.openid !== undefined
  return (
    <Stack gap={16}>
      {methods.password && (
        <PasswordStep calls={calls} onAnswer={take} {...(address !== undefined && { address })} />
      )}
      {methods.password && others && <Divider label={t('or')} />}
      {methods.passkey && <PasskeyButton calls={calls} onAnswer={take} />}
      {methods.openid && <OpenIdButton name={methods.openid.name} next={next} />}
    </Stack>
  )
}
