import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { MAIL_ENCRYPTIONS, type MailEncryption } from '../../src/contract/mail-configuration.ts'
import { NumberField, TextField } from '../ui/Fields.tsx'
import { RadioField, SwitchField } from '../ui/ChoiceFields.tsx'
import { DecidedValue, isLocked } from './DecidedValue.tsx'
import type { MailFormProps } from './mail-form.ts'
import { MailSecretField } from './MailSecretField.tsx'
import styles from './mail.module.css'

/** Where programs hand mail over with each encryption (RFC 6409, RFC 8314). */
const USUAL_PORTS: Readonly<Record<MailEncryption, number>> = {
  none: 25,
  'starttls-if-offered': 587,
  'starttls-required': 587,
  tls: 465,
}

/** Where the SMTP server is. */
export function ServerFields({ form, view }: MailFormProps) {
  const { t } = useTranslation('mail')
  const { encryption, port } = form.draft
  const { effective } = view
  const isEncryptionDecided = effective.encryption.origin.is === 'policy'
  const held = (isEncryptionDecided ? effective.encryption.value : null) ?? encryption
  const usual = USUAL_PORTS[held]
  const isDecided = isLocked(effective.port, form.errors.port)
  return (
    <>
      <div className={styles.server}>
        <TextField form={form} name="host" label={t('field.host')} help={t('help.host')} required />
        {isDecided ? (
          <DecidedValue
            label={t('field.port')}
            {...{ decided: effective.port, own: port, editing: form.editing }}
          >
            {effective.port.value}
          </DecidedValue>
        ) : (
          <NumberField form={form} name="port" label={t('field.port')} required />
        )}
      </div>
      {form.editing && !isDecided && port !== usual && (
        <p className={styles.suggestion}>
          {t('usualPort', { encryption: t(`encryption.${held}.label`), port: usual })}
          <Button variant="default" size="compact-sm" onClick={() => form.set('port', usual)}>
            {t('usePort', { port: usual })}
          </Button>
        </p>
      )}
    </>
  )
}

/** How the way to the server is protected. */
export function EncryptionField({ form, view }: MailFormProps) {
  const { t } = useTranslation('mail')
  const decided = view.effective.encryption
  const nameOf = (encryption: MailEncryption | null) =>
    encryption === null ? null : t(`encryption.${encryption}.label`)
  if (isLocked(decided, form.errors.encryption)) {
    const own = nameOf(form.draft.encryption)
    return (
      <DecidedValue label={t('field.encryption')} {...{ decided, own, editing: form.editing }}>
        {nameOf(decided.value)}
      </DecidedValue>
    )
  }
  return (
    <RadioField
      form={form}
      name="encryption"
      label={t('field.encryption')}
      choices={MAIL_ENCRYPTIONS.map((value) => ({
        value,
        label: t(`encryption.${value}.label`),
        help: t(`encryption.${value}.help`),
      }))}
    />
  )
}

/** Logging in by name and password. Switched on, both are needed. */
export function LoginFields({ form, view }: MailFormProps) {
  const { t } = useTranslation('mail')
  return (
    <>
      <SwitchField
        form={form}
        name="authentication"
        label={t('field.authentication')}
        help={t('help.authentication')}
      />
      {form.draft.authentication && (
        <>
          <TextField form={form} name="userName" label={t('field.userName')} required />
          <MailSecretField form={form} view={view} name="password" />
        </>
      )}
    </>
  )
}
