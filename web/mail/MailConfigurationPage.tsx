import { Button, Text } from '@mantine/core'
import { IconMailFast } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MailConfigurationView } from '../../src/contract/mail-configuration.ts'
import type { ApiProblem } from '../api/problem.ts'
import { useMay } from '../api/session.ts'
import { PolicyEdit } from '../settings/PolicyEdit.tsx'
import { PolicyPage } from '../settings/PolicyPage.tsx'
import { ResetSettings } from '../settings/ResetSettings.tsx'
import { VersionLine } from '../settings/VersionLine.tsx'
import { ItText } from './ItText.tsx'
import styles from './mail.module.css'
import type { MailDraft } from './mail-draft.ts'
import { useMailForm } from './mail-form.ts'
import { MAIL_PATH, useMailConfiguration, useMailTest, useStartMailTest } from './mail-test.ts'
import { useMailPolicyWords } from './mail-words.ts'
import { MailFields } from './MailFields.tsx'
import { MailTestPanel } from './MailTestPanel.tsx'
import { MailWarnings } from './MailWarnings.tsx'

/** How the hub sends mail, and whether it can. */
export function MailConfigurationPage() {
  const { t } = useTranslation('mail')
  return (
    <PolicyPage
      title={t('title')}
      purpose={t('purpose')}
      page="/settings/mail"
      settings={useMailConfiguration()}
      failed={t('notLoaded')}
    >
      {(view) => <MailConfiguration view={view} />}
    </PolicyPage>
  )
}

function MailConfiguration({ view }: { readonly view: MailConfigurationView }) {
  const { t } = useTranslation('mail')
  const mayChange = useMay('mail-configuration.change')
  const running = useMailTest(view.lastTest)
  const policy = useMailForm(view, running.follow)
  const { form, base } = policy
  const { start, busy } = useStartMailTest()
  const words = useMailPolicyWords()
  const [refused, setRefused] = useState<ApiProblem>()
  const { testRecipient: recipient } = view

  const testShown = async (draft: MailDraft) => {
    const { reply, problem } = await start({ draft, basedOn: base.version })
    if (reply) running.follow(reply.id)
    return problem
  }
  const testSaved = async () => {
    const { reply, problem } = await start()
    setRefused(problem)
    if (reply) running.follow(reply.id)
  }
  const isNew = view.values === null && !form.editing
  return (
    <div className={styles.page}>
      <div className={styles.main}>
        {!form.editing && <MailWarnings warnings={view.warnings} />}
        {isNew ? (
          <section className={styles.empty}>
            <Text fw={600}>{t('empty.title')}</Text>
            <Text c="dimmed">{t('empty.text')}</Text>
            {mayChange && <Button onClick={form.edit}>{t('empty.action')}</Button>}
          </section>
        ) : (
          <PolicyEdit
            policy={policy}
            words={words}
            title={t('sending')}
            mayEdit={mayChange}
            note={t('note', { recipient })}
            beside={
              <Button
                variant="default"
                leftSection={<IconMailFast size={16} aria-hidden />}
                loading={busy}
                disabled={form.busy}
                onClick={() => void form.attempt(testShown)}
              >
                {t('test.send')}
              </Button>
            }
          >
            <MailFields form={form} view={base} />
          </PolicyEdit>
        )}
        <ItText draft={form.draft} />
        {!form.editing && view.version > 0 && (
          <div className={styles.foot}>
            <VersionLine {...view} />
            {mayChange && view.values !== null && (
              <ResetSettings
                path={MAIL_PATH}
                version={view.version}
                words={{
                  title: t('reset.title'),
                  text: t('reset.text'),
                  action: t('reset.action'),
                }}
              />
            )}
          </div>
        )}
      </div>
      <MailTestPanel
        running={running}
        version={view.version}
        recipient={recipient}
        busy={busy}
        problem={refused}
        {...(mayChange &&
          !form.editing &&
          view.values !== null && { onTest: () => void testSaved() })}
      />
    </div>
  )
}
