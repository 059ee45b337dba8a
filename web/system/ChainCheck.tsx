import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { AuditVerification } from '../../src/contract/audit.ts'
import { useApi, useChange } from '../api/data.ts'
import { useFormat } from '../ui/format.ts'
import { NoteBox } from '../ui/NoteBox.tsx'
import { Problem } from '../ui/Problem.tsx'
import { useState } from 'react'
import styles from './system.module.css'

/** Has every hash of the log computed again, and says what came of it. */
export function ChainCheck() {
  const { t } = useTranslation('system')
  const api = useApi()
  const [verdict, setVerdict] = useState<AuditVerification>()
  const check = useChange(() =>
    api.call('/api/v1/audit/verification', { reply: AuditVerification }),
  )
  return (
    <div className={styles.check}>
      <Button
        variant="default"
        loading={check.busy}
        onClick={() => void check.run().then(setVerdict)}
      >
        {t('audit.check')}
      </Button>
      <div role="status">{verdict && <Outcome of={verdict} />}</div>
      <Problem problem={check.problem} title={t('audit.notChecked')} />
    </div>
  )
}

function Outcome({ of }: { readonly of: AuditVerification }) {
  const { t } = useTranslation('system')
  const format = useFormat()
  switch (of.is) {
    case 'whole':
      return (
        <NoteBox kind="ok" title={t('audit.whole')}>
          {t('audit.wholeText', { count: of.entries, shown: format.number(of.entries) })}
        </NoteBox>
      )
    case 'broken':
      return (
        <NoteBox kind="bad" title={t('audit.broken')}>
          {t(`audit.because.${of.because}`, { number: of.entry })}
        </NoteBox>
      )
  }
}
