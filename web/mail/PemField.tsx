import { useTranslation } from 'react-i18next'
import { FileField } from '../ui/FileField.tsx'
import { TextAreaField } from '../ui/Fields.tsx'
import type { MailFormProps } from './mail-form.ts'
import styles from './mail.module.css'

interface Props extends Pick<MailFormProps, 'form'> {
  readonly name: 'caPem' | 'clientCertificatePem'
  readonly help: string
}

/** Certificates, pasted or read from a file. */
export function PemField({ form, name, help }: Props) {
  const { t } = useTranslation('mail')
  const pem = form.draft[name]
  return (
    <div className={styles.pem}>
      <TextAreaField
        form={form}
        name={name}
        label={t(`field.${name}`)}
        help={help}
        monospace
        rows={4}
        view={pem === '' ? '' : <pre className={styles.pemText}>{pem}</pre>}
      />
      {form.editing && (
        <FileField
          label={t('field.fromFile')}
          accept=".pem,.crt,.cer,.der"
          onRead={(text) => form.set(name, text)}
        />
      )}
    </div>
  )
}
