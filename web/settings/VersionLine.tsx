import { Text } from '@mantine/core'
import { Trans, useTranslation } from 'react-i18next'
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
  return (
    <Text c="dimmed" size="xs">
      <Trans
        t={t}
        i18nKey="version.line"
        values={{ version, name: named(changedBy.id, changedBy.name) }}
        components={{ time: <RelativeTime at={changedAt} absolute /> }}
      />
    </Text>
  )
}
