import type { ComponentType } from 'react'
import type { Permission } from '../../src/contract/permissions.ts'

/** Sections of the menu, in their order; their names are in `common.json`, `sections`. */
export const SECTIONS = [
  'overview',
  'messages',
  'people',
  'certificates',
  'policies',
  'settings',
  'system',
  'my-page',
] as const

export type Section = (typeof SECTIONS)[number]

export interface Page {
  /** Below the origin; `$id` is a parameter, read with `usePathParameter('id')`. */
  readonly path: string
  readonly section: Section
  /** Its name in the menu and the palette: `common.json`, `pages`. Absent: reached from another page. */
  readonly name?: string
  readonly permission: Permission
  /** Loads the component when the page is first opened. */
  readonly load: () => Promise<ComponentType>
}

/** Every page of the interface for those who are signed in. A page is one entry here. */
export const PAGES: readonly Page[] = [
  {
    path: '/overview',
    section: 'overview',
    name: 'overview',
    permission: 'overview.read',
    load: async () => (await import('../overview/OverviewPage.tsx')).OverviewPage,
  },
  {
    path: '/messages',
    section: 'messages',
    name: 'messages',
    permission: 'messages.read',
    load: async () => (await import('../messages/MessagesPage.tsx')).MessagesPage,
  },
  {
    path: '/messages/$id',
    section: 'messages',
    permission: 'messages.read',
    load: async () => (await import('../messages/MessagePage.tsx')).MessagePage,
  },
  {
    path: '/queue',
    section: 'messages',
    name: 'queue',
    permission: 'messages.read',
    load: async () => (await import('../queue/QueuePage.tsx')).QueuePage,
  },
  {
    path: '/people',
    section: 'people',
    name: 'people',
    permission: 'people.read',
    load: async () => (await import('../people/PeoplePage.tsx')).PeoplePage,
  },
  {
    path: '/people/roles',
    section: 'people',
    name: 'roles',
    permission: 'people.read',
    load: async () => (await import('../people/RolesPage.tsx')).RolesPage,
  },
  {
    path: '/people/$id',
    section: 'people',
    permission: 'people.read',
    load: async () => (await import('../people/PersonPage.tsx')).PersonPage,
  },
  {
    path: '/policies',
    section: 'policies',
    name: 'policies',
    permission: 'policies.read',
    load: async () => (await import('../policies/PoliciesPage.tsx')).PoliciesPage,
  },
  {
    path: '/policies/requests',
    section: 'policies',
    name: 'policy-requests',
    permission: 'policies.read',
    load: async () => (await import('../policies/RequestsPage.tsx')).RequestsPage,
  },
  {
    path: '/policies/requests/$id',
    section: 'policies',
    permission: 'policies.read',
    load: async () => (await import('../policies/RequestPage.tsx')).RequestPage,
  },
  {
    path: '/policies/access',
    section: 'policies',
    permission: 'policies.read',
    load: async () => (await import('../policies/AccessPage.tsx')).AccessPage,
  },
  {
    path: '/policies/$id',
    section: 'policies',
    permission: 'policies.read',
    load: async () => (await import('../policies/PolicyPage.tsx')).PolicyPage,
  },
  {
    path: '/policies/$id/history',
    section: 'policies',
    permission: 'policies.read',
    load: async () => (await import('../policies/PolicyHistoryPage.tsx')).PolicyHistoryPage,
  },
  {
    path: '/policies/$id/access',
    section: 'policies',
    permission: 'policies.read',
    load: async () => (await import('../policies/PolicyAccessPage.tsx')).PolicyAccessPage,
  },
  {
    path: '/system/health',
    section: 'system',
    name: 'health',
    permission: 'system.read',
    load: async () => (await import('../system/HealthPage.tsx')).HealthPage,
  },
  {
    path: '/system/audit',
    section: 'system',
    name: 'audit',
    permission: 'audit.read',
    load: async () => (await import('../system/AuditPage.tsx')).AuditPage,
  },
  {
    path: '/settings/mail',
    section: 'settings',
    name: 'mail-configuration',
    permission: 'mail-configuration.read',
    load: async () => (await import('../mail/MailConfigurationPage.tsx')).MailConfigurationPage,
  },
  {
    path: '/settings/mail/history',
    section: 'settings',
    permission: 'mail-configuration.read',
    load: async () => (await import('../mail/MailHistoryPage.tsx')).MailHistoryPage,
  },
  {
    path: '/settings/notifications',
    section: 'settings',
    name: 'notifications',
    permission: 'notifications.read',
    load: async () => (await import('../settings/NotificationsPage.tsx')).NotificationsPage,
  },
  {
    path: '/settings/sign-in',
    section: 'settings',
    name: 'sign-in',
    permission: 'sign-in.read',
    load: async () => (await import('../settings/SignInSettingsPage.tsx')).SignInSettingsPage,
  },
  {
    path: '/settings/sign-in/history',
    section: 'settings',
    permission: 'sign-in.read',
    load: async () => (await import('../settings/SignInHistoryPage.tsx')).SignInHistoryPage,
  },
  {
    path: '/profile',
    section: 'my-page',
    name: 'profile',
    permission: 'self',
    load: async () => (await import('../profile/ProfilePage.tsx')).ProfilePage,
  },
  {
    path: '/profile/security',
    section: 'my-page',
    name: 'security',
    permission: 'self',
    load: async () => (await import('../profile/SecurityPage.tsx')).SecurityPage,
  },
]

/** The page at a path of the browser, such as `/people/4f2a`. */
export function pageAt(path: string): Page | undefined {
  const parts = path.split('/')
  return PAGES.find((page) => {
    const own = page.path.split('/')
    return (
      own.length === parts.length &&
      own.every((part, index) => part.startsWith('$') || part === parts[index])
    )
  })
}
