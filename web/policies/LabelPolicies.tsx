import { useTranslation } from 'react-i18next'
import { useApi, useChange } from '../api/data.ts'
import { TextField } from '../ui/Fields.tsx'
import { FormDialog } from '../ui/FormDialog.tsx'
import { useForm } from '../ui/form.ts'
import { PolicyComment } from './PolicyComment.tsx'
import { POLICIES_PATH } from './policy-paths.ts'

interface Props {
  /** Ids. */
  readonly policies: readonly string[]
  readonly onClose: () => void
  readonly onDone: () => void
}

/** One label for the current versions of several policies. */
export function LabelPolicies({ policies, onClose, onDone }: Props) {
  const { t } = useTranslation('policies')
  const api = useApi()
  const change = useChange(
    (body: { label: string; comment: string }) =>
      api.call(`${POLICIES_PATH}/labels`, { method: 'POST', body: { policies, ...body } }),
    { refreshes: [POLICIES_PATH] },
  )
  const form = useForm({
    value: { label: '', comment: '' },
    check: ({ label }) => (label.trim() === '' ? { label: t('needed.label') } : {}),
    submit: async ({ label, comment }) => {
      const { problem } = await change.attempt({ label: label.trim(), comment: comment.trim() })
      if (problem === undefined) onDone()
      return problem
    },
  })
  return (
    <FormDialog
      form={form}
      title={t('labels.title', { count: policies.length })}
      submit={t('verb.label')}
      failed={t('failed.label')}
      onClose={onClose}
      onSaved={onClose}
    >
      <TextField
        form={form}
        name="label"
        label={t('field.label')}
        help={t('help.label')}
        required
        input={{ maxLength: 100 }}
      />
      <PolicyComment form={form} />
    </FormDialog>
  )
}
