import { Button, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { AuditPage as Entries, type AuditEntryView } from '../../src/contract/audit.ts'
import { useReadPieces } from '../api/data.ts'
import { useAddress } from '../ui/address.ts'
import { List } from '../ui/List.tsx'
import { PageHead } from '../ui/PageHead.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { ActorName, useActionWords } from './audit-words.tsx'
import { AuditDetail } from './AuditDetail.tsx'
import { AUDIT_AREAS } from './audit-areas.ts'
import { ChainCheck } from './ChainCheck.tsx'
import { dayAfter, startOfDay } from './days.ts'

const NOTHING = { subject: '', area: '', by: '', from: '', to: '' }

/** Who did what to which thing, newest first; and whether the log is as it was recorded. */
export function AuditPage() {
  const { t } = useTranslation('system')
  const words = useActionWords()
  const [filter, change] = useAddress(NOTHING)
  const { subject, area, by, from, to } = filter
  const { rows, more, loadingMore } = useReadPieces('/api/v1/audit', Entries, {
    query: {
      subject: subject.trim() || undefined,
      action: area || undefined,
      by: by.trim() || undefined,
      from: startOfDay(from),
      to: startOfDay(dayAfter(to)),
    },
    rowsOf: ({ entries }) => entries,
    nextOf: ({ next }) => next?.toString(),
  })
  return (
    <>
      <PageHead title={t('audit.title')} purpose={t('audit.purpose')} action={<ChainCheck />} />
      <List<AuditEntryView>
        label={t('audit.title')}
        rows={rows}
        idOf={({ number }) => String(number)}
        columns={[
          { id: 'at', title: t('audit.at'), cell: ({ at }) => <RelativeTime at={at} /> },
          { id: 'action', title: t('audit.action'), cell: ({ action }) => words(action) },
          {
            id: 'subject',
            title: t('audit.subject'),
            cell: (entry) => <ActorName of={entry.subject} label={t('audit.subjectId')} />,
          },
          {
            id: 'by',
            title: t('audit.by'),
            cell: (entry) => <ActorName of={entry.by} label={t('audit.byId')} />,
          },
          { id: 'detail', title: t('audit.detail'), cell: (entry) => <AuditDetail of={entry} /> },
        ]}
        search={{
          label: t('audit.search'),
          value: subject,
          onChange: (value) => change({ subject: value }),
        }}
        filters={[
          {
            label: t('audit.area'),
            value: area,
            options: AUDIT_AREAS.map((value) => ({ value, label: t(`audit.areas.${value}`) })),
            onChange: (value) => change({ area: value }),
          },
        ]}
        controls={<Narrow {...filter} onChange={change} />}
        onClear={() => change(NOTHING)}
        empty={{ title: t('audit.empty.title'), text: t('audit.empty.text') }}
        more={more}
        loadingMore={loadingMore}
      />
    </>
  )
}

interface NarrowProps {
  readonly by: string
  readonly from: string
  readonly to: string
  readonly onChange: (changed: { by?: string; from?: string; to?: string }) => void
}

function Narrow({ by, from, to, onChange }: NarrowProps) {
  const { t } = useTranslation('system')
  const isNarrowed = by !== '' || from !== '' || to !== ''
  return (
    <>
      <TextInput
        label={t('audit.by')}
        value={by}
        onChange={(event) => onChange({ by: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={t('audit.from')}
        value={from}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={t('audit.to')}
        value={to}
        onChange={(event) => onChange({ to: event.currentTarget.value })}
      />
      {isNarrowed && (
        <Button variant="default" onClick={() => onChange({ by: '', from: '', to: '' })}>
          {t('common:list.clearFilters')}
        </Button>
      )}
    </>
  )
}
