import { TextInput } from '@mantine/core'
import { type FieldProps, inputProps, setValue, valueOf } from '../ui/field.ts'

/** A day and a time in the reader's zone, or nothing. */
export function MomentField<Values>(props: FieldProps<Values, string>) {
  return (
    <TextInput
      {...inputProps(props)}
      type="datetime-local"
      value={valueOf<Values, string>(props)}
      onChange={(event) => setValue<Values, string>(props, event.currentTarget.value)}
    />
  )
}
