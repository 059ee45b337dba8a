import { useTranslation } from 'react-i18next'
import type { LayerView } from '../../src/contract/message-layers.ts'
import { useFormat } from '../ui/format.ts'
import { algorithmName } from './algorithm-names.ts'

type Counts = Extract<LayerView, { is: 'enveloped-data' | 'auth-enveloped-data' }>['recipients']

/** How many can open it, and by which kind of key. */
export function useRecipientCounts(): (counts: Counts) => string {
  const { t } = useTranslation('message')
  const format = useFormat()
  return (counts) =>
    format.list(
      counts.map(({ kind, count }) =>
        kind === 'shared-key' || kind === 'password' || kind === 'other'
          ? t(`layer.kind.${kind}`, { count })
          : t('layer.kind.key', { count, algorithm: algorithmName(kind) }),
      ),
    )
}
