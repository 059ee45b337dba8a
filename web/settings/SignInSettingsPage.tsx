import { IconHistory } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PolicySaved, PolicyVersionContent } from '../../src/contract/policies.ts'
import { SignInSettingsView } from '../../src/contract/sign-in-settings.ts'
import { useApi, useChange, useRead } from '../api/data.ts'
import { SESSION_PATH, useMay } from '../api/session.ts'
import { PageWaiting } from '../app/PageStates.tsx'
import { useForm } from '../ui/form.ts'
import { PageHead } from '../ui/PageHead.tsx'
import { LinkButton } from '../ui/PageLink.tsx'
import { Problem } from '../ui/Problem.tsx'
import { ViewEdit } from '../ui/ViewEdit.tsx'
import { ChangedMeanwhile } from './ChangedMeanwhile.tsx'
import { type SignInDraft, documentOf, draftOfSignIn, secretOrderOf } from './sign-in-draft.ts'
import { signInFieldOf, useSignInWords } from './sign-in-words.ts'
import styles from './settings.module.css'
import { SignInFields } from './SignInFields.tsx'
import { VersionLine } from './VersionLine.tsx'

export const SIGN_IN_PATH = '/api/v1/sign-in-settings'

/** What signing in takes, and the OpenID Connect provider of the organisation. */
export function SignInSettingsPage() {
  const { t } = useTranslation(['sign-in-settings', 'settings'])
  const settings = useRead(SIGN_IN_PATH, SignInSettingsView)
  return (
    <>
      <PageHead
        title={t('title')}
        purpose={t('purpose')}
        action={
          <LinkButton
            to="/settings/sign-in/history"
            variant="default"
            leftSection={<IconHistory size={16} aria-hidden />}
          >
            {t('settings:history.title')}
          </LinkButton>
        }
      />
      {settings.state === 'loading' && <PageWaiting />}
      {settings.state === 'failed' && (
        <Problem problem={settings.problem} title={t('notLoaded')} onRetry={settings.retry} />
      )}
      {settings.state === 'ready' && <SignInSettings view={settings.value} />}
    </>
  )
}

function SignInSettings({ view }: { readonly view: SignInSettingsView }) {
  const { t } = useTranslation('sign-in-settings')
  const mayChange = useMay('sign-in.change')
  const words = useSignInWords()
  const { form, base, saveOver } = useSignInForm(view)
  const content = useRead(`${SIGN_IN_PATH}/versions/${base.version}`, PolicyVersionContent, {
    enabled: base.version > 0,
  })
  const saved = content.state === 'ready' ? content.value : undefined
  const secret = saved?.secrets.clientSecret
  const isMeanwhile = form.problem?.code === 'policy.changed_meanwhile'
  return (
    <div className={styles.page}>
      <ViewEdit
        form={isMeanwhile ? { ...form, problem: undefined } : form}
        title={t('settings')}
        mayEdit={mayChange}
      >
        {isMeanwhile && (
          <ChangedMeanwhile
            path={SIGN_IN_PATH}
            from={base.version}
            words={words}
            busy={form.busy}
            onSaveOver={(version) => void saveOver(version)}
            onDiscard={form.cancel}
          />
        )}
        <SignInFields
          form={form}
          redirectUri={base.redirectUri}
          kept={
            base.clientSecretSet
              ? { ...(secret && { at: secret.at, by: secret.by.name }) }
              : undefined
          }
        />
      </ViewEdit>
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

function useSignInForm(view: SignInSettingsView) {
  const api = useApi()
  const words = useSignInWords()
  // What was saved when editing began, whoever saved since then.
  const [editedFrom, setEditedFrom] = useState<SignInSettingsView>()
  const base = editedFrom ?? view
  const saving = useChange(
    ({ draft, basedOn }: { draft: SignInDraft; basedOn: number }) =>
      api.call(SIGN_IN_PATH, {
        method: 'PUT',
        body: { basedOn, settings: documentOf(draft), ...secretOrderOf(draft) },
        reply: PolicySaved,
      }),
    { refreshes: [SIGN_IN_PATH, SESSION_PATH] },
  )
  const submitOn = async (draft: SignInDraft, basedOn: number) => {
    const { problem } = await saving.attempt({ draft, basedOn })
    if (problem) return problem
    setEditedFrom(undefined)
    return undefined
  }
  const value = useMemo(() => draftOfSignIn(base.settings), [base])
  const form = useForm<SignInDraft>({
    value,
    viewFirst: true,
    submit: (draft) => submitOn(draft, base.version),
    words: (name, issue) => words.issue(name, issue),
    fieldOf: signInFieldOf,
  })
  const edit = () => {
    setEditedFrom(view)
    form.edit()
  }
  const cancel = () => {
    setEditedFrom(undefined)
    form.cancel()
  }
  const saveOver = async (version: number) => {
    const saved = await form.attempt((draft) => submitOn(draft, version))
    if (saved) form.cancel()
  }
  return { form: { ...form, edit, cancel }, base, saveOver }
}
