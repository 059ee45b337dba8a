import { useTranslation } from 'react-i18next'
import { MAX_COMMENT_CHARACTERS } from '../../src/contract/policies.ts'
import { TextField } from '../ui/Fields.tsx'
import type { FormState } from '../ui/form.ts'

/** A word for the history on why settings change, in one line. */
export function CommentField({ form }: { readonly form: FormState<{ readonly comment: string }> }) {
  const { t } = useTranslation('settings')
  return (
    <TextField
      form={form}
      name="comment"
      label={t('comment.label')}
      help={t('comment.help')}
      input={{ maxLength: MAX_COMMENT_CHARACTERS }}
    />
  )
}
