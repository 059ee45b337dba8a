import { useMemo, useState } from 'react'
import { PolicySaved } from '../../src/contract/policies.ts'
import { useApi, useChange } from '../api/data.ts'
import { SESSION_PATH } from '../api/session.ts'
import { type FieldErrors, type FormOptions, type FormState, useForm } from '../ui/form.ts'

/** What is edited, with a word for the history on why. */
export type Commented<Draft> = Draft & { readonly comment: string }

/** The form of settings under version control. Made by `usePolicyForm`, shown by `PolicyEdit`. */
export interface PolicyForm<View, Draft> {
  readonly form: FormState<Commented<Draft>>
  /** Of the settings: `/api/v1/mail-configuration`. */
  readonly path: string
  /** What is edited: what was saved when editing began, whoever saved since then. */
  readonly base: View
  /** Saves although somebody else did meanwhile: on top of theirs. */
  readonly saveOver: (version: number) => Promise<void>
}

interface Options<View, Draft> extends Pick<FormOptions<Commented<Draft>>, 'words' | 'fieldOf'> {
  readonly path: string
  /** What is saved now. */
  readonly view: View
  /** The same function each time. */
  readonly draftOf: (view: View) => Draft
  /** What is handed to the hub, but for the comment and the version that it is based on. */
  readonly bodyOf: (draft: Draft) => object
  readonly check?: (draft: Draft, base: View) => FieldErrors<Commented<Draft>>
  readonly onSaved?: (saved: PolicySaved) => void
}

export function usePolicyForm<View extends { readonly version: number }, Draft extends object>({
  path,
  view,
  draftOf,
  bodyOf,
  check,
  onSaved,
  ...options
}: Options<View, Draft>): PolicyForm<View, Draft> {
  const api = useApi()
  const [editedFrom, setEditedFrom] = useState<View>()
  const base = editedFrom ?? view
  const saving = useChange(
    ({ draft, basedOn }: { draft: Commented<Draft>; basedOn: number }) =>
      api.call(path, {
        method: 'PUT',
        body: { ...bodyOf(draft), basedOn, comment: draft.comment },
        reply: PolicySaved,
      }),
    { refreshes: [path, SESSION_PATH] },
  )
  const submitOn = async (draft: Commented<Draft>, basedOn: number) => {
    const { reply, problem } = await saving.attempt({ draft, basedOn })
    if (problem) return problem
    setEditedFrom(undefined)
    onSaved?.(reply)
    return undefined
  }
  const value = useMemo(() => ({ ...draftOf(base), comment: '' }), [base, draftOf])
  const form = useForm<Commented<Draft>>({
    ...options,
    value,
    viewFirst: true,
    ...(check && { check: (draft) => check(draft, base) }),
    submit: (draft) => submitOn(draft, base.version),
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
  return { form: { ...form, edit, cancel }, path, base, saveOver }
}
