import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { PolicyLinkView } from '../../src/contract/change-control.ts'
import { type FieldProps, setValue, valueOf } from '../ui/field.ts'
import { useTargetWords } from './target-words.ts'
import styles from './policies.module.css'

type Links = readonly PolicyLinkView[]

const EVERYWHERE = ['all', 'hub'] as const
const MAX_ORDER = 999

/** Where a policy is to have effect, and before which others. */
export function LinksField<FormValues>(props: FieldProps<FormValues, Links>) {
  const { form, name, label } = props
  const { t } = useTranslation('policies')
  const targetWords = useTargetWords()
  const links = valueOf<FormValues, Links>(props)
  const set = (changed: Links) => setValue<FormValues, Links>(props, changed)
  const setOne = (target: string, changed: Partial<PolicyLinkView>) =>
    set(links.map((link) => (link.target === target ? { ...link, ...changed } : link)))
  const free = EVERYWHERE.filter((target) => links.every((link) => link.target !== target))
  return (
    <fieldset className={styles.fieldset} id={form.fieldId(name)} tabIndex={-1}>
      <legend>{label}</legend>
      <span className={styles.soft}>{t('links.help')}</span>
      {links.map(({ target, isEnabled, order }) => (
        <div key={target} className={styles.linkLine}>
          <Checkbox
            label={targetWords(target)}
            checked={isEnabled}
            onChange={(event) => setOne(target, { isEnabled: event.currentTarget.checked })}
          />
          <TextInput
            aria-label={t('links.orderOf', { target: targetWords(target) })}
            inputMode="numeric"
            value={String(order)}
            onChange={(event) => {
              const entered = Number(event.currentTarget.value.replaceAll(/\D/g, ''))
              setOne(target, { order: Math.min(Math.max(entered, 1), MAX_ORDER) })
            }}
          />
          <Button
            variant="subtle"
            aria-label={t('links.removeOf', { target: targetWords(target) })}
            onClick={() => set(links.filter((link) => link.target !== target))}
          >
            {t('links.remove')}
          </Button>
        </div>
      ))}
      {free.length > 0 && (
        <NativeSelect
          aria-label={t('links.add')}
          value=""
          data={[
            { value: '', label: t('links.add') },
            ...free.map((value) => ({ value, label: targetWords(value) })),
          ]}
          onChange={(event) => {
            const target = event.currentTarget.value
            if (target !== '') set([...links, { target, isEnabled: true, order: links.length + 1 }])
          }}
        />
      )}
    </fieldset>
  )
}
