import { useEffect } from 'react'
import { useSession } from '../api/session.ts'
import { useGo } from '../ui/PageLink.tsx'
import { menuFor } from './menu.ts'
import { PageForbidden, PageWaiting } from './PageStates.tsx'

/** `/` leads to the first page that one may open. */
export function StartPage() {
  const { permissions = [] } = useSession()
  const go = useGo()
  const first = menuFor(permissions)[0]?.pages[0]?.path
  useEffect(() => {
    if (first !== undefined) go(first, { replace: true })
  }, [first, go])
  return first === undefined ? <PageForbidden /> : <PageWaiting />
}
