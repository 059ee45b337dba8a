import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { ApiClient } from '../api/client.ts'
import { ApiContext } from '../api/data.ts'
import { nonce } from './content-security.ts'
import { cssVariables, theme } from './theme.ts'

const colorSchemeManager = localStorageColorSchemeManager({ key: 'sealpost-color-scheme' })

interface Props {
  readonly api: ApiClient
  readonly queries: QueryClient
  readonly children: ReactNode
}

/** What every page stands on: look, data, and (through i18next itself) language. */
export function Providers({ api, queries, children }: Props) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      getStyleNonce={nonce}
      withGlobalClasses={false}
    >
      <ApiContext value={api}>
        <QueryClientProvider client={queries}>{children}</QueryClientProvider>
      </ApiContext>
    </MantineProvider>
  )
}
