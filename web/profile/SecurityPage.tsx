import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SignInMethods } from '../../src/contract/sign-in-methods.ts'
import { useRead } from '../api/data.ts'
import { Loaded } from '../ui/Loaded.tsx'
import { PageHead } from '../ui/PageHead.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { Sections } from '../ui/Section.tsx'
import { METHODS_PATH } from './profile-paths.ts'
import { OpenIdSection } from './OpenIdSection.tsx'
import { PasskeysSection } from './PasskeysSection.tsx'
import { RecoveryCodesDialog } from './RecoveryCodesDialog.tsx'
import { RecoverySection } from './RecoverySection.tsx'
import { SessionsSection } from './SessionsSection.tsx'
import { TokensSection } from './TokensSection.tsx'
import { TotpSection } from './TotpSection.tsx'

/** How one proves who one is, where one is signed in, and what programs may do in one's name. */
export function SecurityPage() {
  const { t } = useTranslation('profile')
  const methods = useRead(METHODS_PATH, SignInMethods)
  // The hub tells them once, whichever factor they came with.
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  return (
    <>
      <PageHead
        title={t('security.title')}
        purpose={t('security.purpose')}
        back={<PageLink to="/profile">{t('security.profile')}</PageLink>}
      />
      <Sections>
        <Loaded of={methods} failed={t('security.failed')} height={480}>
          {(loaded) => (
            <>
              <TotpSection methods={loaded} onCodes={setCodes} />
              <PasskeysSection methods={loaded} onCodes={setCodes} />
              <RecoverySection methods={loaded} onCodes={setCodes} />
              {loaded.openid.length > 0 && <OpenIdSection methods={loaded} />}
            </>
          )}
        </Loaded>
        <SessionsSection />
        <TokensSection />
      </Sections>
      {codes !== null && <RecoveryCodesDialog codes={codes} onClose={() => setCodes(null)} />}
    </>
  )
}
