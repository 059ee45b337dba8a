import { Button, NativeSelect, Text, Title } from '@mantine/core'
import { IconMailFast } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  type NotificationName,
  NotificationPreview,
  SentSample,
} from '../../src/contract/notifications.ts'
import { useApi, useChange, useRead } from '../api/data.ts'
import { addressOf } from '../api/client.ts'
import { useMay } from '../api/session.ts'
import { type Language, LANGUAGE_NAMES, LANGUAGES, isLanguage } from '../app/language.ts'
import { NoteBox } from '../ui/NoteBox.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { Problem } from '../ui/Problem.tsx'
import styles from './settings.module.css'

interface Props {
  readonly name: NotificationName
  readonly title: string
  readonly language: Language
  readonly onLanguage: (language: Language) => void
  readonly recipient: string
}

/** One notification as its readers get it, with values that are made up. */
export function NotificationView({ name, title, language, onLanguage, recipient }: Props) {
  const { t } = useTranslation('notifications')
  const api = useApi()
  const [form, setForm] = useState<'html' | 'text'>('html')
  const path = `/api/v1/notifications/${name}`
  const preview = useRead(path, NotificationPreview, { query: { language } })
  const section = useRef<HTMLElement>(null)
  useEffect(() => {
    // Newer browsers give a promise, which is no way to clean up.
    section.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <section ref={section} className={styles.comparison} aria-labelledby="notification">
      <div className={styles.comparisonHead}>
        <Title order={2} id="notification">
          {title}
        </Title>
        <NativeSelect
          aria-label={t('language')}
          value={language}
          data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
          onChange={(event) => {
            const chosen = event.currentTarget.value
            if (isLanguage(chosen)) onLanguage(chosen)
          }}
        />
        <NativeSelect
          aria-label={t('form')}
          value={form}
          data={[
            { value: 'html', label: t('html') },
            { value: 'text', label: t('text') },
          ]}
          onChange={(event) => setForm(event.currentTarget.value === 'text' ? 'text' : 'html')}
        />
      </div>
      <Text c="dimmed">{t('sample')}</Text>
      {preview.state === 'failed' && (
        <Problem problem={preview.problem} title={t('notLoaded')} onRetry={preview.retry} />
      )}
      {preview.state === 'ready' && (
        <div className={styles.mail}>
          <dl className={styles.mailHead}>
            <dt>{t('from')}</dt>
            <dd>{preview.value.from}</dd>
            <dt>{t('subject')}</dt>
            <dd lang={language}>{preview.value.subject}</dd>
          </dl>
          {form === 'html' ? (
            <iframe
              key={language}
              className={styles.mailFrame}
              title={t('frame', { title })}
              sandbox=""
              src={addressOf(`${path}/html`, { language })}
            />
          ) : (
            <pre className={styles.mailText} lang={language} tabIndex={0}>
              {preview.value.text}
            </pre>
          )}
        </div>
      )}
      <SendSample
        key={language}
        recipient={recipient}
        send={() =>
          api.call(`${path}/send-to-me`, {
            method: 'POST',
            body: { language },
            reply: SentSample,
          })
        }
      />
    </section>
  )
}

function SendSample({
  recipient,
  send,
}: {
  readonly recipient: string
  readonly send: () => Promise<{ messageId: string; recipient: string }>
}) {
  const { t } = useTranslation('notifications')
  const mayFollow = useMay('messages.read')
  const [sent, setSent] = useState<{ messageId: string; recipient: string }>()
  const sending = useChange(send)
  return (
    <>
      <div className={styles.send}>
        <Button
          leftSection={<IconMailFast size={16} aria-hidden />}
          loading={sending.busy}
          onClick={() => void sending.run().then(setSent)}
        >
          {t('send')}
        </Button>
        <Text c="dimmed" size="xs">
          {t('sendHelp', { recipient })}
        </Text>
      </div>
      <Problem problem={sending.problem} title={t('notSent')} />
      {sent !== undefined && (
        <NoteBox kind="ok" role="status" title={t('sent', { recipient: sent.recipient })}>
          {mayFollow && (
            <PageLink to={`/messages/${encodeURIComponent(sent.messageId)}`}>
              {t('sentMessage')}
            </PageLink>
          )}
        </NoteBox>
      )}
    </>
  )
}
