import { useTranslation } from 'react-i18next'
import { ApiTokenList } from '../../src/contract/profile.ts'
import { useRead } from '../api/data.ts'
import { TokenItems } from '../profile/TokenItems.tsx'
import { Loaded } from '../ui/Loaded.tsx'
import { Section } from '../ui/Section.tsx'
import { PEOPLE_PATH, personPath } from './people-orders.ts'

/** What programs act for this account by. */
export function PersonTokens({ personId }: { readonly personId: string }) {
  const { t } = useTranslation('people')
  const path = `${personPath(personId)}/tokens`
  const tokens = useRead(path, ApiTokenList)
  return (
    <Section title={t('tokens.title')} purpose={t('tokens.purpose')}>
      <Loaded of={tokens} failed={t('tokens.failed')} height={64}>
        {(loaded) => (
          <TokenItems
            tokens={loaded.tokens}
            path={path}
            refreshes={PEOPLE_PATH}
            none={t('tokens.none')}
          />
        )}
      </Loaded>
    </Section>
  )
}
