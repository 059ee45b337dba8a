import { Button, Title } from '@mantine/core'
import { IconPencil } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { FormState } from './form.ts'
import { ErrorSummary } from './ErrorSummary.tsx'
import { Problem } from './Problem.tsx'
import { UnsavedChanges } from './UnsavedChanges.tsx'
import styles from './ViewEdit.module.css'

interface Props<Values> {
  readonly form: FormState<Values>
  /** Heading of this group of settings; absent when the page's own title says it. */
  readonly title?: string
  /** Without it there is no *Edit*. */
  readonly mayEdit: boolean
  /** Buttons that stay in sight while editing, beside *Save*: *Send test*. */
  readonly beside?: ReactNode
  /** What *Save* says when it does more: *Save and send test*. */
  readonly save?: string
  readonly failed?: string
  /** A field that goes with saving, above the buttons: a comment. */
  readonly aboveSave?: ReactNode
  /** What saving does beyond saving, above the buttons: *Saving sends a test mail to ada@example.org.* */
  readonly note?: ReactNode
  readonly onSaved?: () => void
  readonly children: ReactNode
}

/**
 * Settings that open reading. *Edit* turns the values into fields in place; *Save* and *Cancel* stay
 * in sight; leaving with changes asks. Made of the fields in `Fields.tsx`, with `useForm({ viewFirst: true })`.
 */
export function ViewEdit<Values>(props: Props<Values>) {
  const { form, title, mayEdit, beside, save, failed, aboveSave, note } = props
  const { onSaved, children } = props
  const { t } = useTranslation()
  return (
    <form
      noValidate
      className={styles.card}
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault()
        void form.save().then((saved) => saved && onSaved?.())
      }}
    >
      <UnsavedChanges when={form.isDirty} />
      {(title !== undefined || (mayEdit && !form.editing)) && (
        <div className={styles.head}>
          {title === undefined ? <span /> : <Title order={2}>{title}</Title>}
          {mayEdit && !form.editing && (
            <Button
              variant="default"
              leftSection={<IconPencil size={16} aria-hidden />}
              onClick={form.edit}
            >
              {t('edit')}
            </Button>
          )}
        </div>
      )}
      <div className={styles.fields}>
        <ErrorSummary form={form} />
        {children}
      </div>
      {form.editing && (
        <div className={styles.foot}>
          <Problem problem={form.problem} title={failed ?? t('field.notSaved')} />
          {aboveSave}
          {note !== undefined && <div className={styles.note}>{note}</div>}
          <div className={styles.buttons}>
            <Button type="submit" loading={form.busy}>
              {save ?? t('save')}
            </Button>
            <Button variant="default" onClick={form.cancel} disabled={form.busy}>
              {t('cancel')}
            </Button>
            {beside !== undefined && <div className={styles.beside}>{beside}</div>}
          </div>
        </div>
      )}
    </form>
  )
}
