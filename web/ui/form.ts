import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiProblem, FieldIssue } from '../api/problem.ts'

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
  /** What an issue of the hub means for a field; without words the hub's own are shown. */
  readonly words?: (name: string, issue: FieldIssue) => string | undefined
  /** The field that a path of the hub is about, where it does not end in the field's name. */
  readonly fieldOf?: (path: string) => (keyof Values & string) | undefined
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
  /** Hands the values over by another way, checked as for saving, and stays open. True when it went well. */
  readonly attempt: (submit: FormOptions<Values>['submit']) => Promise<boolean>
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

  const attempt = useCallback<FormState<Values>['attempt']>(
    async (submit) => {
      const { check, words, fieldOf } = latest.current
      const wrong = check?.(draft) ?? {}
      setProblem(undefined)
      refuse(wrong)
      if (Object.keys(wrong).length > 0) return false
      setBusy(true)
      const failed = await submit(draft).finally(() => setBusy(false))
      if (failed === undefined) return true
      const refused: FieldErrors<Values> = {}
      for (const issue of failed.issues) {
        const { path, message } = issue
        const name =
          fieldOf?.(path) ??
          Object.keys(draft).find((each) => path === each || path.endsWith(`.${each}`))
        if (name === undefined) continue
        refused[name as keyof Values & string] =
          words?.(name, issue) ?? t('field.refused', { reason: message })
      }
      refuse(refused)
      if (Object.keys(refused).length === 0) setProblem(failed)
      return false
    },
    [draft, refuse, t],
  )

  const save = useCallback(async () => {
    const saved = await attempt(latest.current.submit)
    if (saved) close()
    return saved
  }, [attempt, close])

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
    attempt,
    fieldId,
  }
}

function differs(changed: object, value: object, name: string): boolean {
  const of = (values: object): unknown => (values as Record<string, unknown>)[name]
  return JSON.stringify(of(changed)) !== JSON.stringify(of(value))
}

/** Goes to a field from the summary of what is wrong, and unfolds what it is folded into. */
export function focusField(id: string): void {
  const field = document.getElementById(id)
  for (let fold = field?.closest('details'); fold; fold = fold.parentElement?.closest('details')) {
    fold.open = true
  }
  field?.scrollIntoView({ block: 'center' })
  field?.focus({ preventScroll: true })
}
