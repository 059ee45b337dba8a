import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from './Dialog.tsx'
import { Form } from './Form.tsx'
import type { FormState } from './form.ts'

interface Props<Values> {
  readonly form: FormState<Values>
  readonly title: string
  readonly size?: string
  /** What the button does: a verb. */
  readonly submit: string
  /** What could not be done, above what went wrong. */
  readonly failed?: string
  /** Stays open when what is around it is clicked: something would be lost. */
  readonly stays?: boolean
  readonly onClose: () => void
  readonly onSaved?: () => void
  readonly children: ReactNode
  /** Below the form. */
  readonly after?: ReactNode
}

/** A form in a dialog, with *Cancel* beside its button. */
export function FormDialog<Values>({
  title,
  size = 'md',
  stays = false,
  onClose,
  children,
  after,
  ...form
}: Props<Values>) {
  const { t } = useTranslation()
  return (
    <Dialog opened onClose={onClose} title={title} size={size} stays={stays}>
      <Form
        {...form}
        beside={
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
        }
      >
        {children}
      </Form>
      {after}
    </Dialog>
  )
}
