import { Button, Input, PasswordInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ValueView } from './Fields.tsx'
import { inputProps, setValue, valueOf, type FieldProps } from './field.ts'
import { useFormat } from './format.ts'
import styles from './ViewEdit.module.css'

/** What is to become of a secret that is kept: nothing, another, or gone. */
export type SecretDraft =
  | { readonly is: 'keep' }
  | { readonly is: 'replace'; readonly value: string }
  | { readonly is: 'clear' }

export const KEEP: SecretDraft = { is: 'keep' }

interface Props<Values> extends FieldProps<Values, SecretDraft> {
  /** Since when it is kept, and who entered it; undefined when there is none. */
  readonly kept: { readonly at?: string; readonly by?: string } | undefined
}

/**
 * A secret: it can be set, replaced and cleared, never read. An empty field keeps what is there.
 * Its draft is a `SecretDraft`.
 */
export function SecretField<Values>(props: Props<Values>) {
  const { form, label, kept } = props
  const { t } = useTranslation()
  const keptWords = useKeptWords()
  const words = kept && keptWords(kept)
  const draft = valueOf(props)
  if (!form.editing) return <ValueView label={label}>{words}</ValueView>

  const error = form.errors[props.name]
  // Of a kept secret there is no input to stand beside.
  const shownError = error !== undefined && <Input.Error>{error}</Input.Error>
  if (kept !== undefined && draft.is === 'clear') {
    return (
      <div className={styles.value} id={form.fieldId(props.name)} tabIndex={-1}>
        <ValueView editing label={label}>
          {t('secret.willBeCleared')}
        </ValueView>
        <div className={styles.secret}>
          <Button variant="default" onClick={() => setValue<Values, SecretDraft>(props, KEEP)}>
            {t('secret.keep')}
          </Button>
        </div>
        {shownError}
      </div>
    )
  }
  if (kept !== undefined && draft.is === 'keep') {
    const replace = () => setValue<Values, SecretDraft>(props, { is: 'replace', value: '' })
    return (
      <div className={styles.value} id={form.fieldId(props.name)} tabIndex={-1}>
        <ValueView editing label={label}>
          {words}
        </ValueView>
        <div className={styles.secret}>
          <Button variant="default" onClick={replace}>
            {t('secret.replace')}
          </Button>
          <Button
            variant="subtle"
            onClick={() => setValue<Values, SecretDraft>(props, { is: 'clear' })}
          >
            {t('secret.clear')}
          </Button>
        </div>
        {shownError}
      </div>
    )
  }
  const value = draft.is === 'replace' ? draft.value : ''
  return (
    <div className={styles.value}>
      <PasswordInput
        {...inputProps(props)}
        autoComplete="off"
        value={value}
        visibilityToggleButtonProps={{ 'aria-label': t('field.showPassword') }}
        onChange={(event) => {
          const typed = event.currentTarget.value
          setValue<Values, SecretDraft>(props, { is: 'replace', value: typed })
        }}
      />
      {kept !== undefined && (
        <div className={styles.secret}>
          <Button variant="subtle" onClick={() => setValue<Values, SecretDraft>(props, KEEP)}>
            {t('secret.keep')}
          </Button>
        </div>
      )}
    </div>
  )
}

/** *Set on 3 May 2030 by Ada*, with what is known of it. */
function useKeptWords(): (kept: NonNullable<Props<never>['kept']>) => string {
  const { t } = useTranslation()
  const format = useFormat()
  return (kept) => {
    if (kept.at === undefined) return t('secret.set')
    const date = format.date(new Date(kept.at))
    return kept.by === undefined
      ? t('secret.setOn', { date })
      : t('secret.setOnBy', { date, name: kept.by })
  }
}
