import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiProblem } from '../api/problem.ts'
import { useLoadedSession } from '../api/session.ts'
import { PageWaiting } from '../app/PageStates.tsx'
import { useAddress } from '../ui/address.ts'
import { PageLink, useGo } from '../ui/PageLink.tsx'
import { Problem } from '../ui/Problem.tsx'
import { PublicFrame } from './PublicFrame.tsx'
import { safeNext } from './safe-next.ts'
import { SignInSteps } from './SignInSteps.tsx'

/** Address and password, passkey or provider; then what the account wants besides. */
export function SignInPage() {
  const { t } = useTranslation('sign-in')
  const session = useLoadedSession()
  const go = useGo()
  const [address] = useAddress({ next: '', error: '' })
  const next = safeNext(address.next)
  const isSignedIn = session.state === 'ready' && session.value.signedIn
  const isNew = session.state === 'ready' && !session.value.isSetUp
  useEffect(() => {
    if (isSignedIn) go(next, { replace: true })
    else if (isNew) go('/setup', { replace: true })
  }, [isSignedIn, isNew, go, next])

  if (session.state === 'loading' || isSignedIn) return <PageWaiting />
  if (session.state === 'failed') {
    return (
      <PublicFrame title={t('title')}>
        <Problem problem={session.problem} onRetry={session.retry} />
      </PublicFrame>
    )
  }
  const { organization, signInMethods, state } = session.value
  return (
    <PublicFrame
      title={t(state === 'needs-second-factor' ? 'second.title' : 'title')}
      organization={organization}
    >
      {address.error !== '' && (
        <Problem problem={new ApiProblem({ code: address.error, status: 0 })} />
      )}
      <SignInSteps key={state} methods={signInMethods} next={next} begun={session.value} />
      {state === 'signed-out' && <PageLink to="/password-reset">{t('forgotten')}</PageLink>}
    </PublicFrame>
  )
}
