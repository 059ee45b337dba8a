import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Profile } from '../../src/contract/profile.ts'
import { SessionView } from '../../src/contract/session.ts'
import { useApi, useChange } from '../api/data.ts'
import { useSessionUpdate } from '../api/session.ts'
import { PasswordField } from '../ui/Fields.tsx'
import { Form } from '../ui/Form.tsx'
import { useForm } from '../ui/form.ts'
import { NewPasswordField, strengthOf } from '../ui/NewPasswordField.tsx'
import { NoteBox } from '../ui/NoteBox.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { Section } from '../ui/Section.tsx'
import { PROFILE_PATH, SESSIONS_PATH } from './profile-paths.ts'
import { TokensAfterChange } from './TokensAfterChange.tsx'
import styles from './profile.module.css'

/** Whether there is a password and since when, and a way to another. */
export function PasswordSection({ profile }: { readonly profile: Profile }) {
  const { t } = useTranslation('profile')
  const [open, setOpen] = useState(false)
  const [done, setDone] = useState(false)
  const { hasPassword, passwordChangedAt } = profile
  return (
    <Section
      title={t('password.title')}
      action={
        !open && (
          <Button
            variant="default"
            onClick={() => {
              setOpen(true)
              setDone(false)
            }}
          >
            {t(hasPassword ? 'password.change' : 'password.choose')}
          </Button>
        )
      }
    >
      {!hasPassword && <Text>{t('password.none')}</Text>}
      {hasPassword && passwordChangedAt === null && <Text>{t('password.set')}</Text>}
      {passwordChangedAt !== null && (
        <Text>
          <RelativeTime
            at={passwordChangedAt}
            words={(when) => t('password.changedAt', { when })}
          />
        </Text>
      )}
      {done && <NoteBox kind="ok" role="status" title={t('password.done')} />}
      {done && <TokensAfterChange />}
      {open && (
        <div className={styles.narrow}>
          <ChangePassword
            profile={profile}
            onClose={(changed) => {
              setOpen(false)
              setDone(changed)
            }}
          />
        </div>
      )}
    </Section>
  )
}

interface Props {
  readonly profile: Profile
  readonly onClose: (changed: boolean) => void
}

function ChangePassword({ profile: { hasPassword, address }, onClose }: Props) {
  const { t } = useTranslation('profile')
  const api = useApi()
  const update = useSessionUpdate()
  const change = useChange(
    (body: { currentPassword?: string; newPassword: string }) =>
      api.call(`${PROFILE_PATH}/password`, { method: 'PUT', body, reply: SessionView }),
    { refreshes: [PROFILE_PATH, SESSIONS_PATH] },
  )
  const form = useForm({
    value: { current: '', wanted: '' },
    check: ({ current, wanted }) => ({
      ...(hasPassword && current === '' && { current: t('needed.current') }),
      ...(strengthOf(wanted) === 'short' && { wanted: t('needed.newPassword') }),
    }),
    submit: async ({ current, wanted }) => {
      const { reply, problem } = await change.attempt({
        ...(hasPassword && { currentPassword: current }),
        newPassword: wanted,
      })
      // The session goes on under another token.
      if (reply) update(reply)
      return problem
    },
  })
  return (
    <Form
      form={form}
      submit={t(hasPassword ? 'password.change' : 'password.choose')}
      failed={t('password.notChanged')}
      onSaved={() => onClose(true)}
      beside={
        <Button variant="default" onClick={() => onClose(false)}>
          {t('common:cancel')}
        </Button>
      }
    >
      <input type="hidden" autoComplete="username" value={address} readOnly />
      {hasPassword && (
        <PasswordField
          form={form}
          name="current"
          label={t('password.current')}
          autoComplete="current-password"
          required
        />
      )}
      <NewPasswordField form={form} name="wanted" label={t('password.new')} required />
    </Form>
  )
}
