import { Title } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { MessageDetail } from '../../src/contract/message-detail.ts'
import { useRead } from '../api/data.ts'
import { useMay } from '../api/session.ts'
import { PageMissing, PageWaiting } from '../app/PageStates.tsx'
import { usePathParameter } from '../ui/address.ts'
import { useFormat } from '../ui/format.ts'
import { NoteBox } from '../ui/NoteBox.tsx'
import { PageHead } from '../ui/PageHead.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Timeline } from '../ui/Timeline.tsx'
import { CertificatesOfMessage } from './CertificatesOfMessage.tsx'
import { DecisionView } from './DecisionView.tsx'
import { MailMarks } from './MailMarks.tsx'
import { useRecipientWords } from './message-line.ts'
import { MessageFacts } from './MessageFacts.tsx'
import { MessageVerdicts } from './MessageVerdicts.tsx'
import { MessageStateBadge } from './MessageWords.tsx'
import { OrderButtons } from './OrderButtons.tsx'
import { useOrder, type MessageOrder } from './orders.ts'
import { RecipientList } from './RecipientList.tsx'
import { StructureTree } from './StructureTree.tsx'
import { useTimelineEntries } from './timeline-entries.tsx'
import styles from './Message.module.css'

/** What happens to it appears by itself. */
const RENEW_MS = 5000

/** One message: what became of it, why, and what can be done. */
export function MessagePage() {
  const { t } = useTranslation('message')
  const id = usePathParameter('id')
  const path = `/api/v1/messages/${encodeURIComponent(id)}`
  const message = useRead(path, MessageDetail, { everyMs: RENEW_MS })
  if (message.state === 'loading') return <PageWaiting />
  if (message.state === 'failed') {
    if (message.problem.status === 404) return <PageMissing />
    return (
      <>
        <PageHead title={t('section.facts')} back={<BackLink />} />
        <Problem problem={message.problem} title={t('failed')} onRetry={message.retry} />
      </>
    )
  }
  return <OneMessage key={message.value.id} message={message.value} />
}

function BackLink() {
  const { t } = useTranslation('message')
  return <PageLink to="/messages">{t('back')}</PageLink>
}

function OneMessage({ message }: { readonly message: MessageDetail }) {
  const { t } = useTranslation(['message', 'messages'])
  const format = useFormat()
  const mayOrder = useMay('messages.manage')
  const recipientWords = useRecipientWords()
  const entries = useTimelineEntries(message)
  const [done, setDone] = useState<{ order: MessageOrder; deliveries: number }>()
  const order = useOrder()
  const give = async (which: MessageOrder, position?: number) => {
    setDone(undefined)
    const reply = await order.run({
      id: message.id,
      order: which,
      ...(position !== undefined && { recipients: [position] }),
    })
    if (reply !== undefined) setDone({ order: which, deliveries: reply.deliveries })
    return reply !== undefined
  }
  const { from, recipients, acceptedAt } = message
  return (
    <>
      <PageHead
        title={from === '' ? t('titleNoSender') : t('title', { from })}
        purpose={t('purpose', {
          recipients: recipientWords({ recipients, recipientCount: recipients.length }),
          moment: format.moment(new Date(acceptedAt)),
        })}
        back={<BackLink />}
        badge={<MessageStateBadge state={message.state} />}
        action={
          mayOrder && message.orders.length > 0 ? (
            <OrderButtons
              possible={message.orders}
              cancelTitle={t('messages:cancelAsk.one')}
              busy={order.busy}
              problem={order.problem}
              onOrder={(which) => give(which)}
            />
          ) : undefined
        }
      />
      <div className={styles.page}>
        <div className={styles.verdicts}>
          <Problem problem={order.problem} title={t('ordersFailed')} />
          {done && (
            <NoteBox kind="ok" role="status">
              {t(`messages:ordered.${done.order}`, { count: done.deliveries })}
            </NoteBox>
          )}
          <MailMarks />
          <MessageVerdicts message={message} />
        </div>
        <Section title={t('section.recipients')}>
          <RecipientList
            message={message}
            mayOrder={mayOrder}
            busy={order.busy}
            problem={order.problem}
            onOrder={give}
          />
        </Section>
        <Section title={t('section.timeline')} card>
          <Timeline label={t('section.timeline')} entries={entries} />
        </Section>
        <Section title={t('section.why')} card>
          <DecisionView message={message} />
        </Section>
        <Section title={t('section.structure')} card>
          <StructureTree message={message} />
        </Section>
        <Section title={t('section.certificates')}>
          <CertificatesOfMessage message={message} />
        </Section>
        <Section title={t('section.facts')} card>
          <MessageFacts message={message} />
        </Section>
      </div>
    </>
  )
}

interface SectionProps {
  readonly title: string
  readonly card?: boolean
  readonly children: ReactNode
}

function Section({ title, card = false, children }: SectionProps) {
  return (
    <section className={styles.section}>
      <Title order={2}>{title}</Title>
      {card ? <div className={styles.card}>{children}</div> : children}
    </section>
  )
}
