import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ApiTokenList } from '../../src/contract/profile.ts'
import { useRead } from '../api/data.ts'
import { useNow } from '../ui/now.ts'
import { TOKENS_PATH } from './profile-paths.ts'
import { TokenItems } from './TokenItems.tsx'

/** After a change of password: the API tokens that go on, each with a way to revoke it. */
export function TokensAfterChange() {
  const { t } = useTranslation('profile')
  const now = useNow()
  const read = useRead(TOKENS_PATH, ApiTokenList)
  const tokens = read.state === 'ready' ? read.value.tokens : []
  const going = tokens.filter(
    ({ revokedAt, expiresAt }) =>
      revokedAt === null && (expiresAt === null || new Date(expiresAt) > now),
  )
  if (going.length === 0) return null
  return (
    <>
      <Text>{t('password.tokensGoOn')}</Text>
      <TokenItems
        tokens={going}
        path={TOKENS_PATH}
        refreshes={TOKENS_PATH}
        none={t('token.none')}
      />
    </>
  )
}
