import { Checkbox } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type FieldProps, setValue, valueOf } from '../ui/field.ts'
import { useTargetWords } from './target-words.ts'
import styles from './policies.module.css'

export interface LinkChoiceDraft {
  /** False: production keeps the links it has. */
  readonly isRestored: boolean
  /** Targets. */
  readonly leftOut: readonly string[]
}

interface Props<Values> extends FieldProps<Values, LinkChoiceDraft> {
  /** Of the links of the version that is deployed. */
  readonly targets: readonly string[]
}

/** Which links production gets: all of them, unless some or all are left out. */
export function LinkChoiceField<Values>(props: Props<Values>) {
  const { form, name, label, targets } = props
  const { t } = useTranslation('policies')
  const targetWords = useTargetWords()
  const draft = valueOf<Values, LinkChoiceDraft>(props)
  const set = (changed: Partial<LinkChoiceDraft>) =>
    setValue<Values, LinkChoiceDraft>(props, { ...draft, ...changed })
  return (
    <fieldset className={styles.fieldset} id={form.fieldId(name)} tabIndex={-1}>
      <legend>{label}</legend>
      <Checkbox
        label={t('links.restore')}
        description={t('links.restoreHelp')}
        checked={draft.isRestored}
        onChange={(event) => set({ isRestored: event.currentTarget.checked })}
      />
      {draft.isRestored &&
        targets.map((target) => (
          <Checkbox
            key={target}
            ml={28}
            label={targetWords(target)}
            checked={!draft.leftOut.includes(target)}
            onChange={(event) =>
              set({
                leftOut: event.currentTarget.checked
                  ? draft.leftOut.filter((each) => each !== target)
                  : [...draft.leftOut, target],
              })
            }
          />
        ))}
    </fieldset>
  )
}
