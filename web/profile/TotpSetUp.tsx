import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { TotpConfirmed, type TotpEnrolment } from '../../src/contract/sign-in-methods.ts'
import { useApi, useChange } from '../api/data.ts'
import { TextField } from '../ui/Fields.tsx'
import { FormDialog } from '../ui/FormDialog.tsx'
import { useForm } from '../ui/form.ts'
import { CopyText } from '../ui/Identifier.tsx'
import { METHODS_PATH } from './profile-paths.ts'
import { QrCode } from './QrCode.tsx'
import styles from './profile.module.css'

interface Props {
  readonly enrolment: TotpEnrolment
  readonly onClose: () => void
  readonly onDone: (recoveryCodes: readonly string[] | null) => void
}

/** The secret, as an image and as text, then the first code, which turns it on. */
export function TotpSetUp({ enrolment, onClose, onDone }: Props) {
  const { t } = useTranslation('profile')
  const api = useApi()
  const { secret, uri } = enrolment
  const confirm = useChange(
    (code: string) =>
      api.call(`${METHODS_PATH}/totp/confirm`, {
        method: 'POST',
        body: { code },
        reply: TotpConfirmed,
      }),
    { refreshes: [METHODS_PATH] },
  )
  const form = useForm({
    value: { code: '' },
    check: ({ code }) =>
      /^\d{6}$/.test(code.replaceAll(/\s/g, '')) ? {} : { code: t('needed.code') },
    submit: async ({ code }) => {
      const { reply, problem } = await confirm.attempt(code)
      if (reply) onDone(reply.recoveryCodes)
      return problem
    },
  })
  return (
    <FormDialog
      onClose={onClose}
      title={t('totp.setUpTitle')}
      stays
      form={form}
      submit={t('totp.confirm')}
      failed={t('totp.notConfirmed')}
    >
      <Text>{t('totp.scan')}</Text>
      <QrCode text={uri} label={t('totp.image')} />
      <div>
        <Text>{t('totp.type')}</Text>
        <span className={styles.secret}>
          <code>{secret.match(/.{1,4}/g)?.join(' ')}</code>
          <CopyText
            value={secret}
            label={t('common:identifier.copy', { label: t('totp.secret') })}
          />
        </span>
      </div>
      <Text>{t('totp.enter')}</Text>
      <TextField
        form={form}
        name="code"
        label={t('totp.code')}
        autoComplete="one-time-code"
        required
        input={{ inputMode: 'numeric', maxLength: 12 }}
      />
    </FormDialog>
  )
}
