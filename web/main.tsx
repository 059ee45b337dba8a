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
import { createQueryClient } from './app/query-client.ts'
import { router } from './app/router.tsx'

prepareForContentSecurity()

const api = new ApiClient()
const queries = createQueryClient()
prefetchSession(queries, api)
await startLanguages()

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <Providers api={api} queries={queries}>
      <RouterProvider router={router} />
    </Providers>
  </StrictMode>,
)
