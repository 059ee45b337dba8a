import { useTranslation } from 'react-i18next'
import type { MailSecret } from '../../src/contract/mail-configuration.ts'
import { FileField } from '../ui/FileField.tsx'
import { SecretField } from '../ui/SecretField.tsx'
import { keptSecrets } from './mail-draft.ts'
import type { MailFormProps } from './mail-form.ts'

interface Props extends MailFormProps {
  readonly name: MailSecret
  readonly help?: string
  /** Comes in a file of this kind: can be pasted, or read from the file. */
  readonly file?: string
  readonly optional?: boolean
}

/** A secret of the mail configuration: what is kept of it is known from the saved one. */
export function MailSecretField({ form, view, name, help, file, optional = false }: Props) {
  const { t } = useTranslation('mail')
  const kept = keptSecrets(view, form.draft)[name]
  const draft = form.draft[name]
  return (
    <>
      <SecretField
        form={form}
        name={name}
        label={t(`field.${name}`)}
        required={!optional}
        kept={kept && { at: kept.at, by: kept.by.name }}
        {...(help !== undefined && { help })}
      />
      {file !== undefined && form.editing && (kept === undefined || draft.is === 'replace') && (
        <FileField
          label={t('field.fromFile')}
          accept={file}
          onRead={(value) => form.set(name, { is: 'replace', value })}
        />
      )}
    </>
  )
}
