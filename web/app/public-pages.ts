import type { ComponentType } from 'react'

/** Pages for those who are not signed in (yet). */
export const PUBLIC_PAGES: readonly {
  readonly path: string
  readonly load: () => Promise<ComponentType>
}[] = [
  {
    path: '/setup',
    load: async () => (await import('../sign-in/SetUpPage.tsx')).SetUpPage,
  },
  {
    path: '/sign-in',
    load: async () => (await import('../sign-in/SignInPage.tsx')).SignInPage,
  },
  {
    path: '/password-reset',
    load: async () => (await import('../sign-in/PasswordResetPage.tsx')).PasswordResetPage,
  },
  {
    path: '/invitation',
    load: async () => (await import('../sign-in/InvitationPage.tsx')).InvitationPage,
  },
]
