import { PasswordInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type FieldProps, inputProps, setValue, valueOf } from './field.ts'
import styles from './NewPasswordField.module.css'

/** As the hub has it. */
export const MIN_PASSWORD_CHARACTERS = 12

export type Strength = 'short' | 'weak' | 'fair' | 'good' | 'strong'

/**
 * How long it takes to guess, roughly: by length and by how many different characters there are. What
 * is known to be common or personal the hub refuses.
 */
export function strengthOf(password: string): Strength {
  const characters = [...password.normalize('NFC')]
  if (characters.length < MIN_PASSWORD_CHARACTERS) return 'short'
  const different = new Set(characters).size
  if (different < 6) return 'weak'
  const score = characters.length + Math.min(different, 20) / 2
  if (score >= 30) return 'strong'
  return score >= 23 ? 'good' : 'fair'
}

const LEVELS = { short: 1, weak: 1, fair: 2, good: 3, strong: 4 } as const

/** A new password, with words for how good it is. */
export function NewPasswordField<Values>(props: FieldProps<Values, string>) {
  const { t } = useTranslation()
  const value = valueOf<Values, string>(props)
  const strength = strengthOf(value)
  const missing = MIN_PASSWORD_CHARACTERS - [...value.normalize('NFC')].length
  const words =
    value === ''
      ? t('password.rule', { count: MIN_PASSWORD_CHARACTERS })
      : strength === 'short'
        ? t('password.short', { count: missing })
        : t(`password.${strength}`)
  return (
    <div>
      <PasswordInput
        {...inputProps(props)}
        autoComplete="new-password"
        value={value}
        visibilityToggleButtonProps={{ 'aria-label': t('field.showPassword') }}
        onChange={(event) => setValue<Values, string>(props, event.currentTarget.value)}
      />
      <div className={styles.bars} data-level={value === '' ? 0 : LEVELS[strength]} aria-hidden>
        <span />
        <span />
        <span />
        <span />
      </div>
      <div className={styles.words} aria-live="polite">
        {words}
      </div>
    </div>
  )
}
