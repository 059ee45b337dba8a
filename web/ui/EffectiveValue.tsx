import { IconLock } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { PageLink } from './PageLink.tsx'
import styles from './EffectiveValue.module.css'

/** Where a value comes from. */
export type Origin =
  | { readonly is: 'default' }
  | { readonly is: 'organization' }
  | { readonly is: 'policy'; readonly name: string; readonly version: number }

interface Props {
  readonly children: ReactNode
  readonly origin: Origin
  /** Decided elsewhere: it cannot be changed here, and this is where it can. */
  readonly decidedAt?: string
}

/** A value with a chip that says where it comes from. */
export function EffectiveValue({ children, origin, decidedAt }: Props) {
  const { t } = useTranslation()
  const words =
    origin.is === 'policy'
      ? t('origin.policy', { name: origin.name, version: origin.version })
      : t(`origin.${origin.is}`)
  return (
    <span className={styles.value}>
      <span>{children}</span>
      <span className={styles.chip}>
        {decidedAt !== undefined && <IconLock size={14} aria-label={t('origin.locked')} />}
        {decidedAt === undefined ? words : <PageLink to={decidedAt}>{words}</PageLink>}
      </span>
    </span>
  )
}
