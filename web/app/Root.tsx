import { Outlet } from '@tanstack/react-router'
import { Suspense } from 'react'
import { useSearchKey } from './search-key.ts'
import { PageWaiting } from './PageStates.tsx'

/** Around every page. Texts that are still on their way are waited for here. */
export function Root() {
  useSearchKey()
  return (
    <Suspense fallback={<PageWaiting />}>
      <Outlet />
    </Suspense>
  )
}
