import { useTranslation } from 'react-i18next'
import { PolicyVersionContent } from '../../src/contract/policies.ts'
import { SignInSettingsView } from '../../src/contract/sign-in-settings.ts'
import { useRead } from '../api/data.ts'
import { useMay } from '../api/session.ts'
import { PolicyEdit } from './PolicyEdit.tsx'
import { PolicyPage } from './PolicyPage.tsx'
import { usePolicyForm } from './policy-form.ts'
import styles from './settings.module.css'
import { documentOf, draftOfSignIn, secretOrderOf } from './sign-in-draft.ts'
import { signInFieldOf, useSignInWords } from './sign-in-words.ts'
import { SignInFields } from './SignInFields.tsx'
import { VersionLine } from './VersionLine.tsx'

export const SIGN_IN_PATH = '/api/v1/sign-in-settings'

/** What signing in takes, and the OpenID Connect provider of the organisation. */
export function SignInSettingsPage() {
  const { t } = useTranslation('sign-in-settings')
  return (
    <PolicyPage
      title={t('title')}
      purpose={t('purpose')}
      page="/settings/sign-in"
      settings={useRead(SIGN_IN_PATH, SignInSettingsView)}
      failed={t('notLoaded')}
    >
      {(view) => <SignInSettings view={view} />}
    </PolicyPage>
  )
}

function SignInSettings({ view }: { readonly view: SignInSettingsView }) {
  const { t } = useTranslation('sign-in-settings')
  const mayChange = useMay('sign-in.change')
  const words = useSignInWords()
  const policy = usePolicyForm({
    path: SIGN_IN_PATH,
    view,
    draftOf: draftOfSignIn,
    bodyOf: (draft) => ({ settings: documentOf(draft), ...secretOrderOf(draft) }),
    words: (name, issue) => words.issue(name, issue),
    fieldOf: signInFieldOf,
  })
  const { form, base } = policy
  const content = useRead(`${SIGN_IN_PATH}/versions/${base.version}`, PolicyVersionContent, {
    enabled: base.version > 0,
  })
  const saved = content.state === 'ready' ? content.value : undefined
  const secret = saved?.secrets.clientSecret
  return (
    <div className={styles.page}>
      <PolicyEdit policy={policy} words={words} title={t('settings')} mayEdit={mayChange}>
        <SignInFields
          form={form}
          redirectUri={base.redirectUri}
          kept={
            base.clientSecretSet
              ? { ...(secret && { at: secret.at, by: secret.by.name }) }
              : undefined
          }
        />
      </PolicyEdit>
      {saved !== undefined && !form.editing && (
        <VersionLine
          version={saved.version.number}
          changedAt={saved.version.at}
          changedBy={saved.version.by}
        />
      )}
    </div>
  )
}
