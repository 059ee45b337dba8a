import { useTranslation } from 'react-i18next'
import type { AuditEntryView } from '../../src/contract/audit.ts'
import { Identifier } from '../ui/Identifier.tsx'
import styles from './system.module.css'

/** What was recorded with an entry, folded, as it stands in the log. */
export function AuditDetail({ of }: { readonly of: AuditEntryView }) {
  const { t } = useTranslation('system')
  return (
    <details className={styles.detail}>
      <summary>{t('audit.number', { number: of.number })}</summary>
      <pre>{JSON.stringify(of.detail, undefined, 2)}</pre>
      <Identifier value={of.hash} label={t('audit.hash')} />
    </details>
  )
}
