import { useTranslation } from 'react-i18next'
import type { PolicyRequestView } from '../../src/contract/policy-requests.ts'
import { Difference } from '../ui/Difference.tsx'
import { useFormat } from '../ui/format.ts'
import { Section } from '../ui/Section.tsx'
import { useTargetWords } from './target-words.ts'

/** What a request would change in effect: on which nodes, and which values. */
export function RequestImpact({ view }: { readonly view: PolicyRequestView }) {
  const { t, i18n } = useTranslation('policies')
  const format = useFormat()
  const targetWords = useTargetWords()
  const { targets, effects } = view.impact
  const inWords = (value: unknown) => {
    if (value === null || value === '') return t('common:field.empty')
    if (typeof value === 'boolean') return t(value ? 'common:field.on' : 'common:field.off')
    return typeof value === 'string' ? value : JSON.stringify(value)
  }
  const nameOf = (setting: string) =>
    i18n.exists(`policies:setting.${setting}`) ? t(`setting.${setting}`) : setting
  return (
    <Section
      title={t('impact.title')}
      purpose={
        targets.length === 0
          ? t('impact.nowhere')
          : t('impact.targets', {
              count: targets.length,
              targets: format.list(targets.map(targetWords)),
            })
      }
    >
      {effects.length === 0 ? (
        targets.length > 0 && <span>{t('impact.none')}</span>
      ) : (
        <Difference
          label={t('impact.title')}
          before={t('impact.before')}
          after={t('impact.after')}
          rows={effects.map(({ target, setting, before, after }) => ({
            id: `${target} ${setting}`,
            name: t('impact.line', { setting: nameOf(setting), target: targetWords(target) }),
            is: 'changed',
            before: inWords(before),
            after: inWords(after),
          }))}
        />
      )}
    </Section>
  )
}
