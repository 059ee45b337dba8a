import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useApi } from '../api/data.ts'
import { useSessionRefresh } from '../api/session.ts'

const SignInAgain = lazy(async () => ({
  default: (await import('../sign-in/SignInAgain.tsx')).SignInAgain,
}))
const ConfirmPassword = lazy(async () => ({
  default: (await import('../sign-in/ConfirmPassword.tsx')).ConfirmPassword,
}))

type Interruption = 'sign-in' | 'password'

/**
 * Asks, in the middle of work, to sign in again or for the password; what was to be done goes on
 * afterwards by itself. Several requests that wait for the same answer ask once.
 */
export function Interrupted() {
  const api = useApi()
  const refresh = useSessionRefresh()
  const [asking, setAsking] = useState<Interruption>()
  const waiting = useRef<{ resolve: (done: boolean) => void; answer: Promise<boolean> }>(undefined)

  useEffect(() => {
    const ask = (interruption: Interruption): Promise<boolean> => {
      if (waiting.current === undefined) {
        const { promise, resolve } = Promise.withResolvers<boolean>()
        waiting.current = { resolve, answer: promise }
        setAsking(interruption)
      }
      return waiting.current.answer
    }
    api.interruptBy({
      signInAgain: () => ask('sign-in'),
      confirmPassword: () => ask('password'),
      enrol: () => void refresh(),
    })
    return () => api.interruptBy(undefined)
  }, [api, refresh])

  const answer = (done: boolean) => {
    setAsking(undefined)
    waiting.current?.resolve(done)
    waiting.current = undefined
  }
  return (
    <Suspense fallback={null}>
      {asking === 'sign-in' && <SignInAgain onDone={answer} />}
      {asking === 'password' && <ConfirmPassword onDone={answer} />}
    </Suspense>
  )
}
