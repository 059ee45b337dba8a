import { useMemo, useState } from 'react'
import type { MailConfigurationView } from '../../src/contract/mail-configuration.ts'
import { PolicySaved } from '../../src/contract/policies.ts'
import { useApi, useChange } from '../api/data.ts'
import { SESSION_PATH } from '../api/session.ts'
import { type FieldErrors, type FormState, useForm } from '../ui/form.ts'
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

export interface MailForm {
  readonly form: FormState<MailDraft>
  /** What is edited: what was saved when editing began, whoever saved since then. */
  readonly base: MailConfigurationView
  /** Saves although somebody else did meanwhile: on top of theirs. */
  readonly saveOver: (version: number) => Promise<void>
}

/** The form of the mail configuration. `onSaved` is given the test that saving set off. */
export function useMailForm(
  view: MailConfigurationView,
  onSaved: (testId: string) => void,
): MailForm {
  const api = useApi()
  const words = useMailWords()
  const [editedFrom, setEditedFrom] = useState<MailConfigurationView>()
  const base = editedFrom ?? view
  const saving = useChange(
    ({ draft, basedOn }: { draft: MailDraft; basedOn: number }) =>
      api.call(MAIL_PATH, {
        method: 'PUT',
        body: { values: valuesOf(draft), secrets: ordersOf(draft), basedOn },
        reply: PolicySaved,
      }),
    { refreshes: [MAIL_PATH, SESSION_PATH] },
  )
  const submitOn = async (draft: MailDraft, basedOn: number) => {
    const { reply, problem } = await saving.attempt({ draft, basedOn })
    if (problem) return problem
    setEditedFrom(undefined)
    if (reply.testId !== null) onSaved(reply.testId)
    return undefined
  }
  const value = useMemo(() => draftOf(base), [base])
  const form = useForm<MailDraft>({
    value,
    viewFirst: true,
    check(draft) {
      const errors: FieldErrors<MailDraft> = {}
      for (const name of missingIn(draft, keptSecrets(base, draft))) {
        const error = words.issue(name, { code: 'field.required' })
        if (error !== undefined) errors[name] = error
      }
      return errors
    },
    submit: (draft) => submitOn(draft, base.version),
    words: (name, issue) => words.issue(name, issue),
  })
  const edit = () => {
    setEditedFrom(view)
    form.edit()
  }
  const cancel = () => {
    setEditedFrom(undefined)
    form.cancel()
  }
  const saveOver = async (version: number) => {
    const saved = await form.attempt((draft) => submitOn(draft, version))
    if (saved) form.cancel()
  }
  return { form: { ...form, edit, cancel }, base, saveOver }
}
