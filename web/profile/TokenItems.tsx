import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PERMISSIONS } from '../../src/contract/permissions.ts'
import type { ApiToken } from '../../src/contract/profile.ts'
import { useApi, useChange } from '../api/data.ts'
import { useRoleWords } from '../people/role-words.ts'
import { Confirm } from '../ui/Confirm.tsx'
import { Items } from '../ui/Items.tsx'
import { useNow } from '../ui/now.ts'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { StateBadge } from '../ui/StateBadge.tsx'

interface Props {
  readonly tokens: readonly ApiToken[]
  /** Below it each token is revoked. */
  readonly path: string
  readonly refreshes: string
  /** Said when there is none. */
  readonly none: string
}

/** API tokens that can be revoked, those in use first. */
export function TokenItems({ tokens, path, refreshes, none }: Props) {
  const { t } = useTranslation('profile')
  const api = useApi()
  const words = useRoleWords()
  const now = useNow()
  const [asking, setAsking] = useState<ApiToken>()
  const revoke = useChange(
    (id: string) => api.call(`${path}/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    { refreshes: [refreshes] },
  )
  if (tokens.length === 0) return <Text c="dimmed">{none}</Text>

  const isExpired = ({ expiresAt }: ApiToken) => expiresAt !== null && new Date(expiresAt) <= now
  const isOver = (token: ApiToken) => token.revokedAt !== null || isExpired(token)
  const sorted = [...tokens].sort((a, b) => Number(isOver(a)) - Number(isOver(b)))
  const badgeOf = (token: ApiToken) => {
    if (token.revokedAt !== null) return <StateBadge kind="none">{t('token.revoked')}</StateBadge>
    if (isExpired(token)) return <StateBadge kind="warn">{t('token.expired')}</StateBadge>
    return undefined
  }
  return (
    <>
      <Items
        label={t('token.title')}
        items={sorted.map((token) => ({
          id: token.id,
          name: token.name,
          badge: badgeOf(token),
          about: PERMISSIONS.filter((each) => token.scopes.includes(each))
            .map(words.permission)
            .join(' · '),
          facts: [
            <RelativeTime
              key="made"
              at={token.createdAt}
              words={(when) => t('token.made', { when })}
            />,
            token.lastUsedAt === null ? (
              t('token.neverUsed')
            ) : (
              <RelativeTime
                key="used"
                at={token.lastUsedAt}
                words={(when) => t('token.used', { when })}
              />
            ),
            token.expiresAt === null ? (
              t('token.noEnd')
            ) : (
              <RelativeTime
                key="ends"
                at={token.expiresAt}
                words={(when) => t('token.ends', { when })}
              />
            ),
          ],
          actions: isOver(token) ? undefined : (
            <Button
              variant="default"
              onClick={() => {
                revoke.reset()
                setAsking(token)
              }}
            >
              {t('token.revoke')}
            </Button>
          ),
        }))}
      />
      {asking !== undefined && (
        <Confirm
          opened
          onClose={() => setAsking(undefined)}
          title={t('token.ask', { name: asking.name })}
          action={t('token.revoke')}
          busy={revoke.busy}
          problem={revoke.problem}
          onConfirm={() =>
            void revoke.attempt(asking.id).then(({ problem }) => {
              if (problem === undefined) setAsking(undefined)
            })
          }
        >
          {t('token.askText')}
        </Confirm>
      )}
    </>
  )
}
