import type { MailConfigurationView } from '../../src/contract/mail-configuration.ts'
import { type PolicyForm, usePolicyForm } from '../settings/policy-form.ts'
import type { FieldErrors, FormState } from '../ui/form.ts'
import {
  type MailDraft,
  draftOf,
  keptSecrets,
  missingIn,
  ordersOf,
  valuesOf,
} from './mail-draft.ts'
import { MAIL_PATH } from './mail-test.ts'
import { useMailWords } from './mail-words.ts'

/** What every group of fields is given. */
export interface MailFormProps {
  readonly form: FormState<MailDraft>
  /** What was saved when editing began. */
  readonly view: MailConfigurationView
}

/** The form of the mail configuration. `onSaved` is given the test that saving set off. */
export function useMailForm(
  view: MailConfigurationView,
  onSaved: (testId: string) => void,
): PolicyForm<MailConfigurationView, MailDraft> {
  const words = useMailWords()
  return usePolicyForm({
    path: MAIL_PATH,
    view,
    draftOf,
    bodyOf: (draft) => ({ values: valuesOf(draft), secrets: ordersOf(draft) }),
    check(draft, base) {
      const errors: FieldErrors<MailDraft> = {}
      for (const name of missingIn(draft, keptSecrets(base, draft))) {
        const error = words.issue(name, { code: 'field.required' })
        if (error !== undefined) errors[name] = error
      }
      return errors
    },
    words: (name, issue) => words.issue(name, issue),
    onSaved: ({ testId }) => {
      if (testId !== null) onSaved(testId)
    },
  })
}
