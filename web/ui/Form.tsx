import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { FormState } from './form.ts'
import { ErrorSummary } from './ErrorSummary.tsx'
import { Problem } from './Problem.tsx'
import styles from './Form.module.css'

interface Props<Values> {
  readonly form: FormState<Values>
  /** What the button does: a verb. */
  readonly submit: string
  /** What could not be done, above what went wrong. */
  readonly failed?: string
  /** Beside the button, such as *Cancel*. */
  readonly beside?: ReactNode
  readonly onSaved?: () => void
  /** The button is as wide as the form. */
  readonly wide?: boolean
  readonly children: ReactNode
}

/** A form that is always open, such as in a dialog or at sign-in. */
export function Form<Values>({
  form,
  submit,
  failed,
  beside,
  onSaved,
  wide,
  children,
}: Props<Values>) {
  return (
    <form
      noValidate
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        event.stopPropagation()
        void form.save().then((saved) => saved && onSaved?.())
      }}
    >
      <ErrorSummary form={form} />
      {children}
      <Problem problem={form.problem} {...(failed !== undefined && { title: failed })} />
      <div className={styles.buttons} data-wide={wide}>
        {beside}
        <Button type="submit" loading={form.busy}>
          {submit}
        </Button>
      </div>
    </form>
  )
}
