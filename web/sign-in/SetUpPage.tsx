import { Text } from '@mantine/core'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { SetupState } from '../../src/contract/setup.ts'
import { useApi, useRead } from '../api/data.ts'
import { ApiProblem, asProblem } from '../api/problem.ts'
import { useLoadedSession, useSessionUpdate } from '../api/session.ts'
import { isLanguage } from '../app/language.ts'
import { PageWaiting } from '../app/PageStates.tsx'
import { pageAt } from '../app/pages.ts'
import { TextField } from '../ui/Fields.tsx'
import { Form } from '../ui/Form.tsx'
import { useForm } from '../ui/form.ts'
import { NewPasswordField, strengthOf } from '../ui/NewPasswordField.tsx'
import { PageLink, useGo } from '../ui/PageLink.tsx'
import { Problem } from '../ui/Problem.tsx'
import { signInCalls } from './calls.ts'
import { hideLinkToken, useLinkToken } from './link-token.ts'
import { PublicFrame } from './PublicFrame.tsx'

/** Where mail is configured, which is what comes next. */
const NEXT = '/settings/mail'

/** The page behind the link that a new hub prints: organisation, and its first administrator. */
export function SetUpPage() {
  const { t } = useTranslation('sign-in')
  const token = useLinkToken()
  const session = useLoadedSession()
  const state = useRead('/api/v1/setup', SetupState, { query: { token } })
  useEffect(hideLinkToken, [])

  if (session.state === 'loading' || state.state === 'loading') return <PageWaiting />
  if (session.state === 'ready' && session.value.isSetUp) {
    return (
      <PublicFrame title={t('setUp.done')}>
        <Text>{t('setUp.doneText')}</Text>
        <PageLink to="/sign-in">{t('signIn')}</PageLink>
      </PublicFrame>
    )
  }
  const problem =
    state.state === 'failed'
      ? state.problem
      : state.value.isLinkValid
        ? undefined
        : new ApiProblem({ code: 'setup.link_invalid', status: 403 })
  return (
    <PublicFrame title={t('setUp.title')}>
      {problem === undefined ? (
        <SetUpForm token={token} />
      ) : (
        <Problem problem={problem} onRetry={state.state === 'failed' ? state.retry : undefined} />
      )}
    </PublicFrame>
  )
}

function SetUpForm({ token }: { token: string }) {
  const { t, i18n } = useTranslation('sign-in')
  const calls = signInCalls(useApi())
  const update = useSessionUpdate()
  const go = useGo()
  const form = useForm({
    value: { organization: '', domain: '', adminName: '', adminAddress: '', adminPassword: '' },
    check: (draft) => ({
      ...(draft.organization.trim() === '' && { organization: t('setUp.needed.organization') }),
      ...(!/^[^\s@.]+(\.[^\s@.]+)+$/.test(draft.domain.trim()) && {
        domain: t('setUp.needed.domain'),
      }),
      ...(draft.adminName.trim() === '' && { adminName: t('setUp.needed.name') }),
      ...(!/^\S+@\S+$/.test(draft.adminAddress.trim()) && { adminAddress: t('needed.address') }),
      ...(strengthOf(draft.adminPassword) === 'short' && {
        adminPassword: t('needed.newPassword'),
      }),
    }),
    submit: async (draft) => {
      const language = isLanguage(i18n.language) ? i18n.language : 'en'
      const address = draft.adminAddress.trim()
      try {
        await calls.setUp({
          token,
          organization: draft.organization.trim(),
          domain: draft.domain.trim(),
          adminName: draft.adminName.trim(),
          adminAddress: address,
          adminPassword: draft.adminPassword,
          language,
        })
        const session = await calls.signIn({ address, password: draft.adminPassword })
        go(pageAt(NEXT) === undefined ? '/' : NEXT, { replace: true })
        update(session)
        return undefined
      } catch (error) {
        return asProblem(error)
      }
    },
  })
  return (
    <Form form={form} submit={t('setUp.action')} failed={t('setUp.failed')} wide>
      <Text>{t('setUp.text')}</Text>
      <TextField
        form={form}
        name="organization"
        label={t('setUp.organization')}
        help={t('setUp.organizationHelp')}
        autoComplete="organization"
        required
        input={{ autoFocus: true }}
      />
      <TextField
        form={form}
        name="domain"
        label={t('setUp.domain')}
        help={t('setUp.domainHelp')}
        required
        input={{ spellCheck: false, autoCapitalize: 'none' }}
      />
      <TextField form={form} name="adminName" label={t('name')} autoComplete="name" required />
      <TextField
        form={form}
        name="adminAddress"
        type="email"
        label={t('address')}
        help={t('setUp.addressHelp')}
        autoComplete="username"
        required
      />
      <NewPasswordField form={form} name="adminPassword" label={t('newPassword')} required />
      <Text c="dimmed">{t('setUp.next')}</Text>
    </Form>
  )
}
