import { useEffect, useState } from 'react'
import { useSession } from '../api/session.ts'
import { useGo } from '../ui/PageLink.tsx'
import { takeComeBack } from './come-back.ts'
import { menuFor } from './menu.ts'
import { PageForbidden, PageWaiting } from './PageStates.tsx'

/** `/` leads to where somebody wanted to go, else to the first page that they may open. */
export function StartPage() {
  const { permissions = [] } = useSession()
  const go = useGo()
  const [wanted] = useState(takeComeBack)
  const first = wanted ?? menuFor(permissions)[0]?.pages[0]?.path
  useEffect(() => {
    if (first !== undefined) go(first, { replace: true })
  }, [first, go])
  return first === undefined ? <PageForbidden /> : <PageWaiting />
}
