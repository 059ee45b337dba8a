import { useTranslation } from 'react-i18next'
import { Profile } from '../../src/contract/profile.ts'
import { useRead } from '../api/data.ts'
import { Loaded } from '../ui/Loaded.tsx'
import { PageHead } from '../ui/PageHead.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { Sections } from '../ui/Section.tsx'
import { PasswordSection } from './PasswordSection.tsx'
import { PROFILE_PATH } from './profile-paths.ts'
import { ProfileDetails } from './ProfileDetails.tsx'

/** What the hub knows of whoever looks, and their password. */
export function ProfilePage() {
  const { t } = useTranslation('profile')
  const profile = useRead(PROFILE_PATH, Profile)
  return (
    <>
      <PageHead title={t('title')} purpose={t('purpose')} />
      <Sections>
        <Loaded of={profile} failed={t('failed')} height={360}>
          {(loaded) => (
            <>
              <ProfileDetails profile={loaded} />
              <PasswordSection profile={loaded} />
            </>
          )}
        </Loaded>
        <PageLink to="/profile/security">{t('security.title')}</PageLink>
      </Sections>
    </>
  )
}
