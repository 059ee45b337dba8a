import { useTranslation } from 'react-i18next'
import {
  MAIL_PROVIDERS,
  MAIL_TYPES,
  type MailProvider,
  type MailType,
} from '../../src/contract/mail-configuration.ts'
import { TextField, ValueView } from '../ui/Fields.tsx'
import { RadioField } from '../ui/ChoiceFields.tsx'
import { CloudFields } from './CloudFields.tsx'
import { changeWay, draftOf, type MailDraft } from './mail-draft.ts'
import type { MailFormProps } from './mail-form.ts'
import { MailSecretField } from './MailSecretField.tsx'
import { MoreFields } from './MoreFields.tsx'
import { EncryptionField, LoginFields, ServerFields } from './ServerFields.tsx'

/** Everything that says how mail is sent. The type of authentication decides which fields there are. */
export function MailFields({ form, view }: MailFormProps) {
  const { t } = useTranslation('mail')
  const { draft } = form
  const { type, provider } = draft
  const change = (to: Pick<MailDraft, 'type' | 'provider'>) => {
    const changes = Object.entries(changeWay(draft, to, draftOf(view)))
    for (const [name, value] of changes) form.set(name as keyof MailDraft, value)
  }
  return (
    <>
      <RadioField
        form={form}
        name="type"
        label={t('field.type')}
        choices={MAIL_TYPES.map((value) => ({
          value,
          label: t(`type.${value}.label`),
          help: t(`type.${value}.help`),
        }))}
        onChange={(chosen) => change({ type: chosen as MailType, provider })}
      />
      {type === 'smtp-oauth' && (
        <RadioField
          form={form}
          name="provider"
          label={t('field.provider')}
          choices={MAIL_PROVIDERS.map((value) => ({
            value,
            label: t(`provider.${value}.label`),
            help: t(`provider.${value}.help`),
          }))}
          onChange={(chosen) => change({ type, provider: chosen as MailProvider })}
        />
      )}
      {type !== 'microsoft' && <ServerFields form={form} view={view} />}
      <TextField
        form={form}
        name="senderAddress"
        type="email"
        label={t('field.senderAddress')}
        help={t(type === 'microsoft' ? 'help.senderMailbox' : 'help.senderAddress')}
        required
      />
      {type !== 'microsoft' && <EncryptionField form={form} view={view} />}
      {type === 'smtp' && <LoginFields form={form} view={view} />}
      {type !== 'smtp' && <OAuthFields form={form} view={view} />}
      <ValueView
        label={t('field.testRecipient')}
        help={t('help.testRecipient')}
        editing={form.editing}
      >
        {view.testRecipient}
      </ValueView>
      <MoreFields form={form} view={view} />
    </>
  )
}

/** Who asks for tokens, and by what. */
function OAuthFields({ form, view }: MailFormProps) {
  const { t } = useTranslation('mail')
  const { type, provider } = form.draft
  if (type === 'microsoft' || provider === 'microsoft') {
    return (
      <>
        <TextField
          form={form}
          name="applicationId"
          label={t('field.applicationId')}
          help={t('help.applicationId')}
          required
        />
        <TextField
          form={form}
          name="directoryId"
          label={t('field.directoryId')}
          help={t('help.directoryId')}
          required
        />
        <MailSecretField
          form={form}
          view={view}
          name="clientSecret"
          help={t('help.clientSecret')}
        />
        <CloudFields form={form} />
      </>
    )
  }
  if (provider === 'google-service-account') {
    return (
      <MailSecretField
        form={form}
        view={view}
        name="serviceAccount"
        help={t('help.serviceAccount')}
        file=".json,application/json"
      />
    )
  }
  return (
    <>
      <TextField
        form={form}
        name="clientId"
        label={t('field.clientId')}
        help={t('help.clientId')}
        required
      />
      <MailSecretField form={form} view={view} name="clientSecret" />
      <MailSecretField form={form} view={view} name="refreshToken" help={t('help.refreshToken')} />
    </>
  )
}
