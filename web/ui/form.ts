import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiProblem } from '../api/problem.ts'

/** What is wrong, by field, in whole sentences: *Enter the host of the mail server.* */
export type FieldErrors<Values> = Partial<Record<keyof Values & string, string>>

export interface FormOptions<Values> {
  /** What is saved now; a form that was never saved starts with its defaults. */
  readonly value: Values
  /** Opens reading, and is edited after *Edit*; without it the form is always open. */
  readonly viewFirst?: boolean
  /** What can be said before the hub is asked. */
  readonly check?: (draft: Values) => FieldErrors<Values>
  /**
   * Hands it to the hub. Gives what went wrong, or nothing when it is done. Issues of the problem
   * whose path ends in a field's name are shown beside that field.
   */
  readonly submit: (draft: Values) => Promise<ApiProblem | undefined>
}

/** Values that are edited, with what is wrong with them. Made by `useForm`, shown by the fields. */
export interface FormState<Values> {
  readonly draft: Values
  readonly editing: boolean
  readonly busy: boolean
  /** Edited and not saved: leaving asks. */
  readonly isDirty: boolean
  readonly errors: FieldErrors<Values>
  /** What went wrong as a whole, beyond single fields. */
  readonly problem: ApiProblem | undefined
  readonly set: <Name extends keyof Values & string>(name: Name, value: Values[Name]) => void
  readonly edit: () => void
  readonly cancel: () => void
  /** True when it was saved. */
  readonly save: () => Promise<boolean>
  readonly fieldId: (name: string) => string
}

/** Keeps what is entered until it is saved or cancelled. The values are flat: one level of fields. */
export function useForm<Values extends object>(options: FormOptions<Values>): FormState<Values> {
  const { value, viewFirst = false } = options
  const { t } = useTranslation()
  const id = useId()
  const [changed, setChanged] = useState<Partial<Values>>({})
  const [editing, setEditing] = useState(!viewFirst)
  const [busy, setBusy] = useState(false)
  const [errors, setErrors] = useState<FieldErrors<Values>>({})
  const [problem, setProblem] = useState<ApiProblem>()
  const latest = useRef(options)
  useEffect(() => {
    latest.current = options
  })

  const draft = useMemo(() => ({ ...value, ...changed }), [value, changed])
  const fieldId = useCallback((name: string) => `${id}-${name}`, [id])

  const set = useCallback<FormState<Values>['set']>((name, next) => {
    setChanged((old) => ({ ...old, [name]: next }))
    setErrors(({ [name]: _gone, ...others }) => others as FieldErrors<Values>)
  }, [])

  const close = useCallback(() => {
    setChanged({})
    setErrors({})
    setProblem(undefined)
    setEditing(!(latest.current.viewFirst ?? false))
  }, [])

  /** Shows what is wrong and goes to the first of it. */
  const refuse = useCallback(
    (wrong: FieldErrors<Values>) => {
      setErrors(wrong)
      const [first] = Object.keys(wrong)
      if (first !== undefined) requestAnimationFrame(() => focusField(fieldId(first)))
    },
    [fieldId],
  )

  const save = useCallback(async () => {
    const { check, submit } = latest.current
    const wrong = check?.(draft) ?? {}
    setProblem(undefined)
    refuse(wrong)
    if (Object.keys(wrong).length > 0) return false
    setBusy(true)
    const failed = await submit(draft).finally(() => setBusy(false))
    if (failed === undefined) {
      close()
      return true
    }
    const refused: FieldErrors<Values> = {}
    for (const { path, message } of failed.issues) {
      const name = Object.keys(draft).find((each) => path === each || path.endsWith(`.${each}`))
      if (name !== undefined) {
        refused[name as keyof Values & string] = t('field.refused', { reason: message })
      }
    }
    refuse(refused)
    if (Object.keys(refused).length === 0) setProblem(failed)
    return false
  }, [close, draft, refuse, t])

  return {
    draft,
    editing,
    busy,
    isDirty: editing && Object.keys(changed).some((name) => differs(changed, value, name)),
    errors,
    problem,
    set,
    edit: () => setEditing(true),
    cancel: close,
    save,
    fieldId,
  }
}

function differs(changed: object, value: object, name: string): boolean {
  const of = (values: object): unknown => (values as Record<string, unknown>)[name]
  return JSON.stringify(of(changed)) !== JSON.stringify(of(value))
}

/** Goes to a field from the summary of what is wrong. */
export function focusField(id: string): void {
  const field = document.getElementById(id)
  field?.scrollIntoView({ block: 'center' })
  field?.focus({ preventScroll: true })
}
