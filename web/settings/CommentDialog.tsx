import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiProblem } from '../api/problem.ts'
import { FormDialog } from '../ui/FormDialog.tsx'
import { TextAreaField } from '../ui/Fields.tsx'
import { useForm } from '../ui/form.ts'

interface Props {
  readonly title: string
  /** The verb once more. */
  readonly action: string
  readonly submit: (comment: string) => Promise<ApiProblem | undefined>
  readonly onClose: () => void
  readonly size?: string
  /** What follows from it. */
  readonly children: ReactNode
}

/** A change to settings with a word for the history on why. It can be undone there. */
export function CommentDialog({ title, action, submit, onClose, size = 'md', children }: Props) {
  const { t } = useTranslation('settings')
  const form = useForm({
    value: { comment: '' },
    submit: ({ comment }: { comment: string }) => submit(comment.trim()),
  })
  return (
    <FormDialog
      onClose={onClose}
      title={title}
      size={size}
      form={form}
      submit={action}
      onSaved={onClose}
    >
      <div>{children}</div>
      <TextAreaField
        form={form}
        name="comment"
        label={t('comment.label')}
        help={t('comment.help')}
        rows={2}
      />
    </FormDialog>
  )
}
