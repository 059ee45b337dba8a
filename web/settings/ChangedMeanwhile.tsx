import { Button, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { PolicyDifference, PolicyHistory } from '../../src/contract/policies.ts'
import { useRead } from '../api/data.ts'
import { NoteBox } from '../ui/NoteBox.tsx'
import { Problem } from '../ui/Problem.tsx'
import { FieldChanges } from './FieldChanges.tsx'
import type { PolicyWords } from './policy-words.ts'
import { VersionLine } from './VersionLine.tsx'

interface Props {
  /** Of the settings: `/api/v1/mail-configuration`. */
  readonly path: string
  /** The version that is edited. */
  readonly from: number
  readonly words: PolicyWords
  readonly busy: boolean
  /** Saves on top of this version, the newest. */
  readonly onSaveOver: (version: number) => void
  readonly onDiscard: () => void
}

/** Somebody else saved while these settings were edited: who, what they changed, and what now. */
export function ChangedMeanwhile({ path, from, words, busy, onSaveOver, onDiscard }: Props) {
  const { t } = useTranslation('settings')
  const history = useRead(`${path}/versions`, PolicyHistory, { query: { limit: 1 } })
  const newest = history.state === 'ready' ? history.value.versions[0] : undefined
  const difference = useRead(`${path}/difference`, PolicyDifference, {
    query: { from, to: newest?.number ?? from },
    enabled: newest !== undefined,
  })
  return (
    <NoteBox kind="warn" role="alert" title={t('meanwhile.title')}>
      {history.state === 'failed' && <Problem problem={history.problem} onRetry={history.retry} />}
      {newest !== undefined && (
        <VersionLine version={newest.number} changedAt={newest.at} changedBy={newest.by} />
      )}
      {newest !== undefined && difference.state === 'ready' && (
        <FieldChanges
          label={t('meanwhile.difference')}
          changes={difference.value.changes}
          words={words}
          before={t('meanwhile.before', { version: from })}
          after={t('meanwhile.after', { version: newest.number })}
        />
      )}
      <span>{t('meanwhile.choose')}</span>
      <Group gap={8}>
        <Button
          loading={busy}
          disabled={newest === undefined}
          onClick={() => newest && onSaveOver(newest.number)}
        >
          {t('meanwhile.saveOver')}
        </Button>
        <Button variant="default" onClick={onDiscard}>
          {t('meanwhile.discard')}
        </Button>
      </Group>
    </NoteBox>
  )
}
