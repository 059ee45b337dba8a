import {
  Checkbox,
  type CheckboxProps,
  NativeSelect,
  Radio,
  Stack,
  Switch,
  type SwitchProps,
} from '@mantine/core'
import type { ComponentType } from 'react'
import { useTranslation } from 'react-i18next'
import { type FieldProps, inputProps, setValue, valueOf } from './field.ts'
import { ValueView } from './Fields.tsx'

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
  return <OnOffField {...props} input={Switch} />
}

/** Yes or no. */
export function CheckField<Values>(props: FieldProps<Values, boolean>) {
  return <OnOffField {...props} input={Checkbox} />
}

type OnOffInput = ComponentType<
  Pick<
    CheckboxProps & SwitchProps,
    'id' | 'name' | 'label' | 'description' | 'disabled' | 'error' | 'checked' | 'onChange'
  >
>

function OnOffField<Values>({
  input: Input,
  ...props
}: FieldProps<Values, boolean> & { readonly input: OnOffInput }) {
  const { form, label, view } = props
  const { t } = useTranslation()
  const value = valueOf(props)
  if (!form.editing) {
    return <ValueView label={label}>{view ?? t(value ? 'field.on' : 'field.off')}</ValueView>
  }
  const { id, name, description, disabled, error } = inputProps(props)
  return (
    <Input
      {...{ id, name, label, description, disabled, error }}
      checked={value}
      onChange={(event) => setValue(props, event.currentTarget.checked)}
    />
  )
}
