import { Skeleton } from '@mantine/core'
import { Suspense, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PolicyWords } from '../settings/policy-words.ts'
import { partsOf, type WordsProps } from './kinds.ts'
import { useTargetWords } from './target-words.ts'

/** The words of a kind for its fields, and for the links that policies of every kind have. */
export function KindWords({ kind, children }: WordsProps & { readonly kind: string }): ReactNode {
  const { Words } = partsOf(kind)
  const plain = usePlainWords()
  const withLinks = useLinkWords()
  if (Words === undefined) return children(withLinks(plain))
  return (
    <Suspense fallback={<Skeleton height={120} />}>
      <Words>{(words) => children(withLinks(words))}</Words>
    </Suspense>
  )
}

/** Fields by their paths. */
function usePlainWords(): PolicyWords {
  const { t } = useTranslation()
  return {
    label: (path) => path,
    value(_path, value) {
      if (typeof value === 'boolean') return t(value ? 'field.on' : 'field.off')
      if (value === '' || value === null || value === undefined) return t('field.empty')
      return typeof value === 'string' ? value : JSON.stringify(value)
    },
  }
}

const LINK = /^links\.(.+)\.(isEnabled|order)$/

function useLinkWords(): (words: PolicyWords) => PolicyWords {
  const { t } = useTranslation('policies')
  const targetWords = useTargetWords()
  return (words) => ({
    ...words,
    label(path) {
      const [, target, part] = LINK.exec(path) ?? []
      if (target === undefined) return words.label(path)
      return t(part === 'order' ? 'links.orderOf' : 'links.enabledOf', {
        target: targetWords(target),
      })
    },
    value(path, value) {
      if (!LINK.test(path)) return words.value(path, value)
      if (typeof value === 'boolean') return t(value ? 'common:field.on' : 'common:field.off')
      return String(value)
    },
  })
}
