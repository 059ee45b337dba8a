import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PolicySaved } from '../../src/contract/policies.ts'
import { useApi, useChange } from '../api/data.ts'
import { SESSION_PATH } from '../api/session.ts'
import { CommentDialog } from './CommentDialog.tsx'

interface Props {
  readonly path: string
  readonly version: number
  readonly words: { readonly title: string; readonly text: string; readonly action: string }
}

/** Takes the settings away; the history brings them back. */
export function ResetSettings({ path, version, words }: Props) {
  const { t } = useTranslation('settings')
  const api = useApi()
  const [asking, setAsking] = useState(false)
  const clear = useChange(
    (comment: string) =>
      api.call(path, {
        method: 'DELETE',
        query: { basedOn: version, comment },
        reply: PolicySaved,
      }),
    { refreshes: [path, SESSION_PATH] },
  )
  return (
    <div>
      <Button variant="default" onClick={() => setAsking(true)}>
        {words.action}
      </Button>
      {asking && (
        <CommentDialog
          title={words.title}
          action={words.action}
          submit={async (comment) => (await clear.attempt(comment)).problem}
          onClose={() => setAsking(false)}
        >
          {words.text} {t('reset.undo')}
        </CommentDialog>
      )}
    </div>
  )
}
