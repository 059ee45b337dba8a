import type { ComponentType } from 'react'

/** Pages for those who are not signed in (yet). */
export const PUBLIC_PAGES: readonly {
  readonly path: string
  readonly load: () => Promise<ComponentType>
}[] = [
  {
    path: '/sign-in',
    load: async () => (await import('../sign-in/SignInPage.tsx')).SignInPage,
  },
]
