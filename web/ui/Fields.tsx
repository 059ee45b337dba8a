import {
  Checkbox,
  NativeSelect,
  PasswordInput,
  Radio,
  Stack,
  Switch,
  Textarea,
  TextInput,
  type TextInputProps,
} from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { FormState } from './form.ts'
import styles from './ViewEdit.module.css'

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

interface ValueProps {
  readonly label: string
  readonly help?: string
  readonly children?: ReactNode
  /** Stands among open fields, and looks like them. */
  readonly editing?: boolean
}

/** A value while reading: label above, text below. Also for what is no field at all. */
export function ValueView({ label, help, children, editing = false }: ValueProps) {
  const { t } = useTranslation()
  const isAbsent = children === undefined || children === null || children === ''
  return (
    <div className={styles.value} data-editing={editing}>
      <span className={styles.label}>{label}</span>
      <span className={isAbsent ? styles.absent : styles.text}>
        {isAbsent ? t('field.empty') : children}
      </span>
      {help !== undefined && <span className={styles.help}>{help}</span>}
    </div>
  )
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

type TextFieldProps<Values> = FieldProps<Values, string> & {
  /** Beside the value, inside the field: *ms*, *MB*. */
  readonly unit?: string
  readonly type?: 'text' | 'email' | 'url'
  readonly autoComplete?: string
  readonly input?: Partial<TextInputProps>
}

export function TextField<Values>(props: TextFieldProps<Values>) {
  const { form, label, view, unit, type = 'text', autoComplete = 'off', input } = props
  const value = valueOf(props)
  if (!form.editing) {
    return (
      <ValueView label={label}>{view ?? (value && unit ? `${value} ${unit}` : value)}</ValueView>
    )
  }
  return (
    <TextInput
      {...inputProps(props)}
      {...input}
      type={type}
      autoComplete={autoComplete}
      value={value}
      rightSection={unit}
      rightSectionPointerEvents="none"
      onChange={(event) => setValue(props, event.currentTarget.value)}
    />
  )
}

/** A whole number; null while the field is empty. */
export function NumberField<Values>(
  props: FieldProps<Values, number | null> & { readonly unit?: string },
) {
  const { form, label, view, unit } = props
  const value = valueOf(props)
  if (!form.editing) {
    const text = value === null ? undefined : unit === undefined ? value : `${value} ${unit}`
    return <ValueView label={label}>{view ?? text}</ValueView>
  }
  return (
    <TextInput
      {...inputProps(props)}
      inputMode="numeric"
      autoComplete="off"
      maxLength={12}
      value={value === null ? '' : String(value)}
      rightSection={unit}
      rightSectionPointerEvents="none"
      onChange={(event) => {
        const digits = event.currentTarget.value.replaceAll(/\D/g, '')
        setValue(props, digits === '' ? null : Number(digits))
      }}
    />
  )
}

export function TextAreaField<Values>(
  props: FieldProps<Values, string> & { readonly rows?: number; readonly monospace?: boolean },
) {
  const { form, label, view, rows = 4, monospace = false } = props
  const value = valueOf(props)
  if (!form.editing) return <ValueView label={label}>{view ?? value}</ValueView>
  return (
    <Textarea
      {...inputProps(props)}
      rows={rows}
      value={value}
      {...(monospace && { classNames: { input: styles.monospace ?? '' }, spellCheck: false })}
      onChange={(event) => setValue(props, event.currentTarget.value)}
    />
  )
}

export interface Choice {
  readonly value: string
  readonly label: string
  /** What it means, under it; for `RadioField`. */
  readonly help?: string
}

/** One of a few. */
export function ChoiceField<Values>(
  props: FieldProps<Values, string> & { readonly choices: readonly Choice[] },
) {
  const { form, label, view, choices } = props
  const value = valueOf(props)
  if (!form.editing) {
    const chosen = choices.find((choice) => choice.value === value)
    return <ValueView label={label}>{view ?? chosen?.label ?? value}</ValueView>
  }
  return (
    <NativeSelect
      {...inputProps(props)}
      value={value}
      data={[...choices]}
      onChange={(event) => setValue(props, event.currentTarget.value)}
    />
  )
}

/** One of a few, all of them in sight with what they mean. */
export function RadioField<Values>(
  props: FieldProps<Values, string> & {
    readonly choices: readonly Choice[]
    /** What else follows from another choice; the field itself is changed already. */
    readonly onChange?: (value: string) => void
  },
) {
  const { form, label, view, choices, onChange } = props
  const value = valueOf(props)
  if (!form.editing) {
    const chosen = choices.find((choice) => choice.value === value)
    return <ValueView label={label}>{view ?? chosen?.label ?? value}</ValueView>
  }
  const { id, ...input } = inputProps(props)
  return (
    <Radio.Group
      {...input}
      value={value}
      onChange={(chosen) => {
        setValue(props, chosen)
        onChange?.(chosen)
      }}
    >
      <Stack gap={8} my={4} id={id} tabIndex={-1}>
        {choices.map((choice) => (
          <Radio
            key={choice.value}
            value={choice.value}
            label={choice.label}
            description={choice.help}
          />
        ))}
      </Stack>
    </Radio.Group>
  )
}

/** On or off, with effect on other fields. */
export function SwitchField<Values>(props: FieldProps<Values, boolean>) {
  const { form, label, view } = props
  const { t } = useTranslation()
  const value = valueOf(props)
  if (!form.editing) {
    return <ValueView label={label}>{view ?? t(value ? 'field.on' : 'field.off')}</ValueView>
  }
  const { id, name, description, disabled, error } = inputProps(props)
  return (
    <Switch
      {...{ id, name, label, description, disabled, error }}
      checked={value}
      onChange={(event) => setValue(props, event.currentTarget.checked)}
    />
  )
}

/** Yes or no. */
export function CheckField<Values>(props: FieldProps<Values, boolean>) {
  const { form, label, view } = props
  const { t } = useTranslation()
  const value = valueOf(props)
  if (!form.editing) {
    return <ValueView label={label}>{view ?? t(value ? 'field.on' : 'field.off')}</ValueView>
  }
  const { id, name, description, disabled, error } = inputProps(props)
  return (
    <Checkbox
      {...{ id, name, label, description, disabled, error }}
      checked={value}
      onChange={(event) => setValue(props, event.currentTarget.checked)}
    />
  )
}

/** A password that is being entered; for one that is kept, see `SecretField`. */
export function PasswordField<Values>(
  props: FieldProps<Values, string> & {
    readonly autoComplete: 'current-password' | 'new-password'
    /** Has the focus when its dialog opens. */
    readonly first?: boolean
  },
) {
  const { t } = useTranslation()
  return (
    <PasswordInput
      {...inputProps(props)}
      autoComplete={props.autoComplete}
      {...(props.first === true && { 'data-autofocus': true })}
      value={valueOf(props)}
      visibilityToggleButtonProps={{ 'aria-label': t('field.showPassword') }}
      onChange={(event) => setValue(props, event.currentTarget.value)}
    />
  )
}
