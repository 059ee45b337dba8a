import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RecoveryCodes } from '../../src/contract/sign-in-methods.ts'
import { useApi, useChange } from '../api/data.ts'
import { Confirm } from '../ui/Confirm.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { Section } from '../ui/Section.tsx'
import { StateBadge } from '../ui/StateBadge.tsx'
import { METHODS_PATH } from './profile-paths.ts'
import type { MethodProps } from './TotpSection.tsx'
import styles from './profile.module.css'

/** Fewer left than this are few. */
const FEW = 3

/** What is left of the recovery codes, and a way to new ones. */
export function RecoverySection({ methods: { recoveryCodes }, onCodes }: MethodProps) {
  const { t } = useTranslation('profile')
  const api = useApi()
  const [asking, setAsking] = useState(false)
  const renew = useChange(
    () => api.call(`${METHODS_PATH}/recovery-codes`, { method: 'POST', reply: RecoveryCodes }),
    { refreshes: [METHODS_PATH] },
  )
  if (recoveryCodes === null) {
    return (
      <Section title={t('recovery.title')} purpose={t('recovery.purpose')}>
        <Text c="dimmed">{t('recovery.none')}</Text>
      </Section>
    )
  }
  const { left, made, madeAt } = recoveryCodes
  return (
    <Section
      title={t('recovery.title')}
      purpose={t('recovery.purpose')}
      badge={
        <StateBadge kind={left === 0 ? 'bad' : left < FEW ? 'warn' : 'ok'}>
          {left === 0 ? t('recovery.noneLeft') : t('recovery.left', { count: left, made })}
        </StateBadge>
      }
      action={
        <Button
          variant="default"
          onClick={() => {
            renew.reset()
            setAsking(true)
          }}
        >
          {t('recovery.renew')}
        </Button>
      }
    >
      <div className={styles.facts}>
        <RelativeTime at={madeAt} words={(when) => t('recovery.made', { when })} />
      </div>
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('recovery.ask')}
        action={t('recovery.renew')}
        busy={renew.busy}
        problem={renew.problem}
        onConfirm={() =>
          void renew.attempt().then(({ reply }) => {
            if (reply === undefined) return
            setAsking(false)
            onCodes(reply.recoveryCodes)
          })
        }
      >
        {t('recovery.askText')}
      </Confirm>
    </Section>
  )
}
