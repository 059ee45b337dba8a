import { Button, Checkbox } from '@mantine/core'
import { IconDownload, IconPrinter } from '@tabler/icons-react'
import { useState } from 'react'
import { createPortal } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { useSession } from '../api/session.ts'
import { CopyTextButton } from '../ui/Identifier.tsx'
import styles from './profile.module.css'
import { ShownOnceDialog } from './ShownOnceDialog.tsx'

interface Props {
  readonly codes: readonly string[]
  readonly onClose: () => void
}

/** Recovery codes, shown this once: it closes when they are said to be kept. */
export function RecoveryCodesDialog({ codes, onClose }: Props) {
  const { t } = useTranslation('profile')
  const { account, organization = '' } = useSession()
  const [isKept, setKept] = useState(false)
  const [isMissing, setMissing] = useState(false)
  const head = t('recovery.file', { address: account.address, organization })
  const text = `${head}\n\n${codes.join('\n')}\n`
  return (
    <ShownOnceDialog title={t('recovery.yours')} text={t('recovery.keep')} onClose={onClose}>
      <ul className={styles.codes} aria-label={t('recovery.list')}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      {createPortal(<pre className={styles.sheet}>{text}</pre>, document.body)}
      <div className={styles.buttons}>
        <CopyTextButton value={text} label={t('recovery.copy')} />
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={() => download(text)}
        >
          {t('recovery.download')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconPrinter size={16} aria-hidden />}
          onClick={() => window.print()}
        >
          {t('recovery.print')}
        </Button>
      </div>
      <Checkbox
        label={t('recovery.kept')}
        checked={isKept}
        error={isMissing && !isKept ? t('recovery.needKept') : undefined}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <div className={styles.buttons} data-end>
        <Button onClick={() => (isKept ? onClose() : setMissing(true))}>
          {t('recovery.done')}
        </Button>
      </div>
    </ShownOnceDialog>
  )
}

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'sealpost-recovery-codes.txt'
  link.click()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
