import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type AnyRoute,
} from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { PAGES } from './pages.ts'
import { PUBLIC_PAGES } from './public-pages.ts'
import { Root } from './Root.tsx'
import { PageFailed, PageMissing, PageWaiting } from './PageStates.tsx'

/** `?state=failed&state=held&q=ada`: plain words, as people read and change them. */
export function parseSearch(search: string): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {}
  const parameters = new URLSearchParams(search)
  for (const name of new Set(parameters.keys())) {
    const all = parameters.getAll(name)
    values[name] = all.length === 1 ? (all[0] ?? '') : all
  }
  return values
}

export function stringifySearch(values: Record<string, unknown>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof one === 'string' && one !== '') parameters.append(name, one)
    }
  }
  return parameters.size === 0 ? '' : `?${parameters}`
}

const lazy = (load: () => Promise<ComponentType>) =>
  lazyRouteComponent(async () => ({ default: await load() }))

const root = createRootRoute({ component: Root, notFoundComponent: PageMissing })

const publicRoutes: AnyRoute[] = PUBLIC_PAGES.map(({ path, load }) =>
  createRoute({ getParentRoute: () => root, path, component: lazy(load) }),
)

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: lazy(async () => (await import('./Shell.tsx')).Shell),
  notFoundComponent: PageMissing,
})

const start = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazy(async () => (await import('./StartPage.tsx')).StartPage),
})

const missing = createRoute({ getParentRoute: () => shell, path: '$', component: PageMissing })

const pages: AnyRoute[] = PAGES.map(({ path, load }) =>
  createRoute({ getParentRoute: () => shell, path, component: lazy(load) }),
)

/** Knows every page; the address of each holds what is searched for and filtered by. */
export const router = createRouter({
  routeTree: root.addChildren([...publicRoutes, shell.addChildren([start, ...pages, missing])]),
  parseSearch,
  stringifySearch,
  defaultPendingComponent: PageWaiting,
  defaultErrorComponent: PageFailed,
  defaultPendingMs: 300,
  defaultPendingMinMs: 0,
  scrollRestoration: true,
})
