import { useTranslation } from 'react-i18next'

/** Where a policy has effect, in words: every node, the hub, or one node by its ID. */
export function useTargetWords(): (target: string) => string {
  const { t } = useTranslation('policies')
  return (target) => {
    if (target === 'all' || target === 'hub') return t(`target.${target}`)
    return t('target.node', { id: target.replace(/^node:/, '').slice(0, 8) })
  }
}
