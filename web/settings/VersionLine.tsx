import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { PolicyAuthor } from '../../src/contract/policies.ts'
import { useActorName } from '../ui/actor.ts'
import { RelativeTime } from '../ui/RelativeTime.tsx'

interface Props {
  readonly version: number
  readonly changedAt: string | null
  readonly changedBy: PolicyAuthor | null
}

/** Which version is in force, since when and by whom. */
export function VersionLine({ version, changedAt, changedBy }: Props) {
  const { t } = useTranslation('settings')
  const named = useActorName()
  if (changedAt === null || changedBy === null) return null
  const line = t('version.line', { version, name: named(changedBy.id, changedBy.name) })
  const [before, after] = line.split('<time/>')
  return (
    <Text c="dimmed" size="xs">
      {before}
      <RelativeTime at={changedAt} absolute />
      {after}
    </Text>
  )
}
