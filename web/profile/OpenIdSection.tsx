import { useTranslation } from 'react-i18next'
import type { SignInMethods } from '../../src/contract/sign-in-methods.ts'
import { Items } from '../ui/Items.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { Section } from '../ui/Section.tsx'

/** Providers by which this account signed in. */
export function OpenIdSection({ methods: { openid } }: { readonly methods: SignInMethods }) {
  const { t } = useTranslation('profile')
  return (
    <Section title={t('openid.title')} purpose={t('openid.purpose')}>
      <Items
        label={t('openid.title')}
        items={openid.map(({ issuer, linkedAt, lastUsedAt }) => ({
          id: issuer,
          name: issuer,
          facts: [
            <RelativeTime
              key="linked"
              at={linkedAt}
              words={(when) => t('openid.linked', { when })}
            />,
            lastUsedAt === null ? (
              t('openid.neverUsed')
            ) : (
              <RelativeTime
                key="used"
                at={lastUsedAt}
                words={(when) => t('openid.used', { when })}
              />
            ),
          ],
        }))}
      />
    </Section>
  )
}
