import { useTranslation } from 'react-i18next'
import type { AuditName } from '../../src/contract/audit.ts'
import { Address } from '../ui/Address.tsx'
import { Identifier } from '../ui/Identifier.tsx'
import { useActorName } from '../ui/actor.ts'
import styles from './system.module.css'

/** An action in words; one that this page does not know yet, by its name. */
export function useActionWords(): (action: string) => string {
  const { t, i18n } = useTranslation('system')
  return (action) => {
    const key = `audit.actions.${action}`
    return i18n.exists(key, { ns: 'system' }) ? t(key) : action
  }
}

/** Kinds of settings, by the page on which they are seen. */
const SETTINGS: Readonly<Record<string, string>> = {
  mail: 'mail-configuration',
  'sign-in': 'sign-in',
}

/** Whom or what an entry is about: by name where it has one. */
export function ActorName({ of, label }: { readonly of: AuditName; readonly label: string }) {
  const { t } = useTranslation()
  const named = useActorName()
  if (of.name !== null) {
    return (
      <span className={styles.actor}>
        <span>{of.name}</span>
        {of.address !== null && of.address !== of.name && (
          <span className={styles.soft}>
            <Address>{of.address}</Address>
          </span>
        )}
      </span>
    )
  }
  const known = named(of.id, null)
  if (known !== undefined) return known
  const page = SETTINGS[of.id]
  if (page !== undefined) return t(`pages.${page}`)
  return /^[0-9a-f-]{32,}$/.test(of.id) ? <Identifier value={of.id} label={label} /> : of.id
}
