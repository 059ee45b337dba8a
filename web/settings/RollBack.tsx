import { Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { PolicyDifference, PolicySaved } from '../../src/contract/policies.ts'
import { useApi, useChange, useRead } from '../api/data.ts'
import { SESSION_PATH } from '../api/session.ts'
import { CommentDialog } from './CommentDialog.tsx'
import { FieldChanges } from './FieldChanges.tsx'
import type { PolicyWords } from './policy-words.ts'

interface Props {
  readonly path: string
  readonly to: number
  /** The newest version, which is left. */
  readonly from: number
  readonly words: PolicyWords
  readonly note?: string | undefined
  readonly onClose: () => void
}

/** Makes an old version the newest again, after a look at what that changes. */
export function RollBack({ path, to, from, words, note, onClose }: Props) {
  const { t } = useTranslation('settings')
  const api = useApi()
  const difference = useRead(`${path}/difference`, PolicyDifference, { query: { from, to } })
  const change = useChange(
    (comment: string) =>
      api.call(`${path}/roll-back`, {
        method: 'POST',
        body: { to, basedOn: from, comment },
        reply: PolicySaved,
      }),
    { refreshes: [path, SESSION_PATH] },
  )
  return (
    <CommentDialog
      title={t('rollBack.title', { number: to })}
      action={t('rollBack.action')}
      size="lg"
      submit={async (comment) => (await change.attempt(comment)).problem}
      onClose={onClose}
    >
      <Stack gap={16}>
        <span>
          {t('rollBack.text', { to, next: from + 1 })} {note}
        </span>
        {difference.state === 'ready' && (
          <FieldChanges
            label={t('rollBack.changes')}
            changes={difference.value.changes}
            words={words}
            before={t('rollBack.now')}
            after={t('rollBack.then')}
          />
        )}
      </Stack>
    </CommentDialog>
  )
}
