import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { LinkView } from '../../src/contract/session.ts'
import { asProblem } from '../api/problem.ts'
import { PageWaiting } from '../app/PageStates.tsx'
import { Problem } from '../ui/Problem.tsx'

interface Props {
  /** Asks the hub whose link it is. */
  readonly look: () => Promise<LinkView>
  /** What somebody whose link is not valid can do. */
  readonly instead: ReactNode
  readonly children: (link: LinkView) => ReactNode
}

/** Shows what a one-time link leads to, once it is known to be valid. */
export function LinkGate({ look, instead, children }: Props) {
  const link = useQuery({
    queryKey: ['one-time link'],
    queryFn: look,
    // Asked once: after it was used it is not valid, and what is shown then says so.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  })
  if (link.data !== undefined) return children(link.data)
  if (link.error === null) return <PageWaiting />
  return (
    <Stack gap={16}>
      <Problem problem={asProblem(link.error)} />
      {instead}
    </Stack>
  )
}
