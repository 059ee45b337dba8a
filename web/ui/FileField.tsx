import { Button, FileButton } from '@mantine/core'
import { IconFileUpload } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './ViewEdit.module.css'

/** Certificates and keys are a few kilobytes; more is another file. */
const MAX_BYTES = 100_000

interface Props {
  /** *Read from a file* */
  readonly label: string
  /** `.pem,.crt` */
  readonly accept: string
  readonly onRead: (text: string) => void
}

/** Reads a small text file into a field, so that nobody has to paste it. */
export function FileField({ label, accept, onRead }: Props) {
  const { t } = useTranslation()
  const [wrong, setWrong] = useState<string>()
  const take = async (file: File | null) => {
    if (file === null) return
    if (file.size > MAX_BYTES) {
      setWrong(t('file.tooLarge', { name: file.name }))
      return
    }
    setWrong(undefined)
    onRead(asText(new Uint8Array(await file.arrayBuffer())))
  }
  return (
    <div className={styles.file}>
      <FileButton accept={accept} onChange={(file) => void take(file)}>
        {(props) => (
          <Button
            {...props}
            variant="default"
            leftSection={<IconFileUpload size={16} aria-hidden />}
          >
            {label}
          </Button>
        )}
      </FileButton>
      {wrong !== undefined && (
        <span role="alert" className={styles.wrong}>
          {wrong}
        </span>
      )}
    </div>
  )
}

/** Text as it is; a certificate in DER as PEM. */
function asText(bytes: Uint8Array): string {
  if (bytes[0] !== 0x30) return new TextDecoder().decode(bytes)
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  const lines = base64.match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
