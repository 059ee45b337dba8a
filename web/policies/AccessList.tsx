import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PolicyAccess } from '../../src/contract/policy-access.ts'
import { POLICY_PERMISSIONS, type PolicyPermission } from '../../src/contract/policy-lifecycle.ts'
import { useRead } from '../api/data.ts'
import { Loaded } from '../ui/Loaded.tsx'
import { Section } from '../ui/Section.tsx'
import { StateBadge } from '../ui/StateBadge.tsx'
import { type AccessRow, emptyRow, idOf, type Principal, rowsOf } from './access-rows.ts'
import { usePrincipalName } from './principal-name.ts'
import styles from './policies.module.css'

const ChangeAccess = lazy(async () => ({
  default: (await import('./ChangeAccess.tsx')).ChangeAccess,
}))

const AddPrincipal = lazy(async () => ({
  default: (await import('./AddPrincipal.tsx')).AddPrincipal,
}))

/** More principals stand in cards at any width. */
const MAX_COLUMNS = 5

/** Roles and people, and which permissions each is allowed or denied. */
export function AccessList({ path }: { readonly path: string }) {
  const { t } = useTranslation('policies')
  const nameOf = usePrincipalName()
  const loaded = useRead(path, PolicyAccess)
  const [changing, setChanging] = useState<Principal>()
  const [adding, setAdding] = useState(false)
  return (
    <Loaded of={loaded} failed={t('access.failed')} height={480}>
      {({ lines, mayDelegate }) => {
        const rows = rowsOf(lines)
        const isNarrow = rows.length <= MAX_COLUMNS
        const row = (principal: Principal) =>
          rows.find(({ id }) => id === idOf(principal)) ?? emptyRow(principal)
        return (
          <div className={styles.page}>
            {mayDelegate && (
              <div>
                <Button
                  leftSection={<IconPlus size={16} aria-hidden />}
                  onClick={() => setAdding(true)}
                >
                  {t('access.add')}
                </Button>
              </div>
            )}
            {rows.length === 0 ? (
              <p>{t('access.empty')}</p>
            ) : (
              <>
                {isNarrow && (
                  <Matrix rows={rows} onChange={mayDelegate ? setChanging : undefined} />
                )}
                <Cards
                  rows={rows}
                  isAlone={!isNarrow}
                  onChange={mayDelegate ? setChanging : undefined}
                />
              </>
            )}
            <Suspense fallback={null}>
              {adding && (
                <AddPrincipal
                  known={rows.map(({ id }) => id)}
                  onClose={() => setAdding(false)}
                  onChosen={setChanging}
                />
              )}
              {changing !== undefined && (
                <ChangeAccess
                  path={path}
                  row={row(changing)}
                  name={nameOf(changing)}
                  onClose={() => setChanging(undefined)}
                />
              )}
            </Suspense>
          </div>
        )
      }}
    </Loaded>
  )
}

interface RowsProps {
  readonly rows: readonly AccessRow[]
  /** Undefined where nothing may be changed. */
  readonly onChange: ((principal: Principal) => void) | undefined
}

function Matrix({ rows, onChange }: RowsProps) {
  const { t } = useTranslation('policies')
  const nameOf = usePrincipalName()
  return (
    <div className={styles.matrix} role="region" aria-label={t('access.title')} tabIndex={0}>
      <table aria-label={t('access.title')}>
        <thead>
          <tr>
            <th scope="col">{t('access.permission')}</th>
            {rows.map(({ id, principal }) => (
              <th key={id} scope="col">
                <span className={styles.head}>
                  {nameOf(principal)}
                  <ChangeButton {...{ principal, onChange }} isSmall />
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {POLICY_PERMISSIONS.map((permission) => (
            <tr key={permission}>
              <th scope="row">{t(`permission.${permission}`)}</th>
              {rows.map((row) => (
                <td key={row.id}>
                  <Said row={row} permission={permission} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Where the table would have to be moved to be read. */
function Cards({ rows, isAlone, onChange }: RowsProps & { readonly isAlone: boolean }) {
  const { t } = useTranslation('policies')
  const nameOf = usePrincipalName()
  return (
    <div className={styles.cards} data-alone={isAlone}>
      {rows.map((row) => {
        const said = POLICY_PERMISSIONS.filter(
          (permission) => row.own.has(permission) || row.inherited.has(permission),
        )
        return (
          <Section
            key={row.id}
            title={nameOf(row.principal)}
            action={<ChangeButton principal={row.principal} onChange={onChange} />}
          >
            <ul className={styles.plain}>
              {said.map((permission) => (
                <li key={permission}>
                  {t(`permission.${permission}`)} <Said row={row} permission={permission} />
                </li>
              ))}
            </ul>
          </Section>
        )
      })}
    </div>
  )
}

interface ChangeButtonProps extends Pick<RowsProps, 'onChange'> {
  readonly principal: Principal
  /** In the head of a table. */
  readonly isSmall?: boolean
}

function ChangeButton({ principal, onChange, isSmall = false }: ChangeButtonProps) {
  const { t } = useTranslation('policies')
  const nameOf = usePrincipalName()
  if (onChange === undefined) return null
  return (
    <Button
      variant="default"
      {...(isSmall && { size: 'compact-sm' })}
      aria-label={t('access.changeOf', { name: nameOf(principal) })}
      onClick={() => onChange(principal)}
    >
      {t('access.change')}
    </Button>
  )
}

interface SaidProps {
  readonly row: AccessRow
  readonly permission: PolicyPermission
}

/** Allowed or denied, here or for all policies; full control holds every other permission. */
function Said({ row: { own, inherited }, permission }: SaidProps) {
  const { t } = useTranslation('policies')
  const here = own.get(permission)
  const above = inherited.get(permission)
  const effect = here ?? above
  if (effect !== undefined) {
    const isInherited = here === undefined
    return (
      <StateBadge kind={effect === 'allow' ? 'ok' : 'bad'}>
        {isInherited ? t(`access.inherited.${effect}`) : t(`access.effect.${effect}`)}
      </StateBadge>
    )
  }
  const full = own.get('full-control') ?? inherited.get('full-control')
  if (full === 'allow') return <StateBadge kind="ok">{t('access.byFullControl')}</StateBadge>
  return <span className={styles.soft}>{t('access.notSaid')}</span>
}
