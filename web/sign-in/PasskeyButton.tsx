import { Button, Stack } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SessionView } from '../../src/contract/session.ts'
import { ApiProblem, asProblem } from '../api/problem.ts'
import { Problem } from '../ui/Problem.tsx'
import type { SignInCalls } from './calls.ts'

interface Props {
  readonly calls: SignInCalls
  readonly onAnswer: (session: SessionView) => void
  readonly primary?: boolean
}

/** Signs in by a passkey: the browser asks for it. */
export function PasskeyButton({ calls, onAnswer, primary = false }: Props) {
  const { t } = useTranslation('sign-in')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ApiProblem>()
  const signIn = async () => {
    setBusy(true)
    setProblem(undefined)
    try {
      // Only where it is used: most people sign in without.
      const { startAuthentication } = await import('@simplewebauthn/browser')
      const options = await calls.passkeyOptions()
      const assertion = await startAuthentication({ optionsJSON: options })
      onAnswer(await calls.givePasskey(assertion))
    } catch (error) {
      setProblem(asPasskeyProblem(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Stack gap={12}>
      <Button
        variant={primary ? 'filled' : 'default'}
        leftSection={<IconFingerprint size={18} aria-hidden />}
        loading={busy}
        onClick={() => void signIn()}
      >
        {t('passkey')}
      </Button>
      <Problem problem={problem} />
    </Stack>
  )
}

/** What browsers throw when nobody touched the key, or it is not for this site. */
function asPasskeyProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  if (error instanceof Error && ['NotAllowedError', 'AbortError'].includes(error.name)) {
    return new ApiProblem({ code: 'web.passkey_cancelled', status: 0 })
  }
  return asProblem(error)
}
