import { useTranslation } from 'react-i18next'
import { NumberField, TextField } from '../ui/Fields.tsx'
import { CheckField } from '../ui/ChoiceFields.tsx'
import { Fold } from '../ui/Fold.tsx'
import { NoteBox } from '../ui/NoteBox.tsx'
import type { MailFieldName } from './mail-draft.ts'
import type { MailFormProps } from './mail-form.ts'
import { MailSecretField } from './MailSecretField.tsx'
import { PemField } from './PemField.tsx'
import styles from './mail.module.css'

const FOLDED: readonly MailFieldName[] = [
  'senderName',
  'replyTo',
  'envelopeSender',
  'mailbox',
  'ehloName',
  'totalSeconds',
  'connectSeconds',
  'greetingSeconds',
  'commandSeconds',
  'requestSeconds',
  'caPem',
  'clientCertificatePem',
  'clientKey',
  'acceptInvalidCertificate',
  'acceptWrongHostName',
]

/** What most do not need. Unfolds by itself when something in it is wrong or not safe. */
export function MoreFields({ form, view }: MailFormProps) {
  const { t } = useTranslation('mail')
  const { type, acceptInvalidCertificate, acceptWrongHostName } = form.draft
  const hasServer = type !== 'microsoft'
  const isUnsafe = hasServer && (acceptInvalidCertificate || acceptWrongHostName)
  const isWrong = FOLDED.some((name) => form.errors[name] !== undefined)
  return (
    <Fold
      title={t('more.title')}
      summary={t(hasServer ? 'more.server' : 'more.microsoft')}
      open={isWrong || isUnsafe}
    >
      <TextField
        form={form}
        name="senderName"
        label={t('field.senderName')}
        help={t('help.senderName')}
      />
      <TextField
        form={form}
        name="replyTo"
        type="email"
        label={t('field.replyTo')}
        help={t('help.replyTo')}
      />
      {hasServer && <ServerMore form={form} view={view} />}
      <TimeLimits form={form} />
      {hasServer && <Certificates form={form} view={view} />}
    </Fold>
  )
}

function ServerMore({ form, view }: MailFormProps) {
  const { t } = useTranslation('mail')
  return (
    <>
      <TextField
        form={form}
        name="envelopeSender"
        label={t('field.envelopeSender')}
        help={t('help.envelopeSender')}
      />
      {form.draft.type === 'smtp-oauth' && (
        <TextField form={form} name="mailbox" label={t('field.mailbox')} help={t('help.mailbox')} />
      )}
      <TextField
        form={form}
        name="ehloName"
        label={t('field.ehloName')}
        help={t('help.ehloName', { name: view.hostName })}
        input={{ placeholder: view.hostName }}
      />
    </>
  )
}

function TimeLimits({ form }: Pick<MailFormProps, 'form'>) {
  const { t } = useTranslation('mail')
  const unit = t('seconds')
  const names =
    form.draft.type === 'microsoft'
      ? (['totalSeconds', 'requestSeconds'] as const)
      : (['totalSeconds', 'connectSeconds', 'greetingSeconds', 'commandSeconds'] as const)
  return (
    <fieldset className={styles.group}>
      <legend>{t('more.limits')}</legend>
      <div className={styles.limits}>
        {names.map((name) => (
          <NumberField
            key={name}
            form={form}
            name={name}
            label={t(`field.${name}`)}
            help={t(`help.${name}`)}
            unit={unit}
          />
        ))}
      </div>
    </fieldset>
  )
}

function Certificates({ form, view }: MailFormProps) {
  const { t } = useTranslation('mail')
  const { clientCertificatePem, acceptInvalidCertificate, acceptWrongHostName } = form.draft
  return (
    <fieldset className={styles.group}>
      <legend>{t('more.certificates')}</legend>
      <PemField form={form} name="caPem" help={t('help.caPem')} />
      <PemField form={form} name="clientCertificatePem" help={t('help.clientCertificatePem')} />
      {(clientCertificatePem !== '' || view.secrets.clientKey !== undefined) && (
        <MailSecretField
          form={form}
          view={view}
          name="clientKey"
          help={t('help.clientKey')}
          file=".pem,.key"
        />
      )}
      <CheckField
        form={form}
        name="acceptInvalidCertificate"
        label={t('field.acceptInvalidCertificate')}
      />
      {form.editing && acceptInvalidCertificate && (
        <NoteBox kind="warn">{t('warning.mail.accepts_invalid_certificate')}</NoteBox>
      )}
      <CheckField form={form} name="acceptWrongHostName" label={t('field.acceptWrongHostName')} />
      {form.editing && acceptWrongHostName && (
        <NoteBox kind="warn">{t('warning.mail.accepts_wrong_host_name')}</NoteBox>
      )}
    </fieldset>
  )
}
