import { useTranslation } from 'react-i18next'
import { TextAreaField } from '../ui/Fields.tsx'
import type { FormState } from '../ui/form.ts'

interface Props {
  readonly form: FormState<{ readonly comment: string }>
}

/** Why, for the history and for those who are asked. */
export function PolicyComment({ form }: Props) {
  const { t } = useTranslation('policies')
  return (
    <TextAreaField
      form={form}
      name="comment"
      label={t('field.comment')}
      help={t('help.comment')}
      rows={2}
    />
  )
}
