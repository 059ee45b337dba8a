import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './app/mantine.css'
import './app/tokens.css'
import './app/base.css'
import { ApiClient } from './api/client.ts'
import { prefetchSession } from './api/session.ts'
import { prepareForContentSecurity } from './app/content-security.ts'
import { startLanguages } from './app/language.ts'
import { Providers } from './app/providers.tsx'
import { PUBLIC_PAGES } from './app/public-pages.ts'
import { createQueryClient } from './app/query-client.ts'
import { router } from './app/router.tsx'

prepareForContentSecurity()

const api = new ApiClient()
const queries = createQueryClient()
prefetchSession(queries, api)
// The code of the page is loaded while its texts are.
void router.load()
await startLanguages({ isPublic: PUBLIC_PAGES.some(({ path }) => path === location.pathname) })

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <Providers api={api} queries={queries}>
      <RouterProvider router={router} />
    </Providers>
  </StrictMode>,
)
