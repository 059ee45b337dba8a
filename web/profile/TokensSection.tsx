import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiTokenList } from '../../src/contract/profile.ts'
import { useRead } from '../api/data.ts'
import { Loaded } from '../ui/Loaded.tsx'
import { Section } from '../ui/Section.tsx'
import { AddToken } from './AddToken.tsx'
import { NewTokenDialog } from './NewTokenDialog.tsx'
import { TOKENS_PATH } from './profile-paths.ts'
import { TokenItems } from './TokenItems.tsx'

/** What programs act for one by. */
export function TokensSection() {
  const { t } = useTranslation('profile')
  const tokens = useRead(TOKENS_PATH, ApiTokenList)
  const [adding, setAdding] = useState(false)
  const [made, setMade] = useState<string>()
  return (
    <Section
      title={t('token.title')}
      purpose={t('token.purpose')}
      action={
        <Button variant="default" onClick={() => setAdding(true)}>
          {t('token.add')}
        </Button>
      }
    >
      <Loaded of={tokens} failed={t('token.failed')} height={64}>
        {(loaded) => (
          <TokenItems
            tokens={loaded.tokens}
            path={TOKENS_PATH}
            refreshes={TOKENS_PATH}
            none={t('token.none')}
          />
        )}
      </Loaded>
      {adding && (
        <AddToken
          onClose={() => setAdding(false)}
          onDone={(token) => {
            setAdding(false)
            setMade(token)
          }}
        />
      )}
      {made !== undefined && <NewTokenDialog token={made} onClose={() => setMade(undefined)} />}
    </Section>
  )
}
