import { PasswordInput, Textarea, TextInput, type TextInputProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type FieldProps, inputProps, setValue, valueOf } from './field.ts'
import styles from './ViewEdit.module.css'

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
  const isAbsent =
    children === undefined || children === null || children === false || children === ''
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
