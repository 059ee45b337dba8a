import type { ReactNode } from 'react'
import type { FormState } from './form.ts'

/** The fields of `Values` that hold a `Type`. */
export type NamesOf<Values, Type> = {
  [Name in keyof Values]-?: Values[Name] extends Type ? Name : never
}[keyof Values] &
  string

export interface FieldProps<Values, Type> {
  readonly form: FormState<Values>
  readonly name: NamesOf<Values, Type>
  readonly label: string
  /** Stands under the field: what it is for, what may be entered. */
  readonly help?: ReactNode
  readonly required?: boolean
  /** Shown while reading instead of the plain value: with an origin, as a link. */
  readonly view?: ReactNode
  /** Cannot be changed here; the help says why. */
  readonly locked?: boolean
}

/** What Mantine's inputs take of a field of ours. */
export function inputProps<Values, Type>(props: FieldProps<Values, Type>) {
  const { form, name, label, help, required = false, locked = false } = props
  return {
    id: form.fieldId(name),
    name,
    label,
    description: help,
    required,
    disabled: locked,
    error: form.errors[name],
    inputWrapperOrder: ['label', 'input', 'error', 'description'] as (
      'label' | 'input' | 'error' | 'description'
    )[],
  }
}

/** The value as what the name promises; the types of the fields made sure of it. */
export function valueOf<Values, Type>({ form, name }: FieldProps<Values, Type>): Type {
  return form.draft[name] as Type
}

export function setValue<Values, Type>({ form, name }: FieldProps<Values, Type>, value: Type) {
  form.set(name, value as Values[NamesOf<Values, Type>])
}
