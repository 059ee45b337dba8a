import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type SignInMethods, TotpEnrolment } from '../../src/contract/sign-in-methods.ts'
import { useApi, useChange } from '../api/data.ts'
import { Confirm } from '../ui/Confirm.tsx'
import { Problem } from '../ui/Problem.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { Section } from '../ui/Section.tsx'
import { StateBadge } from '../ui/StateBadge.tsx'
import { METHODS_PATH } from './profile-paths.ts'
import { TotpSetUp } from './TotpSetUp.tsx'
import styles from './profile.module.css'

export interface MethodProps {
  readonly methods: SignInMethods
  /** Recovery codes that the hub just made: they are shown this once. */
  readonly onCodes: (codes: readonly string[] | null) => void
}

/** One-time codes of an application (TOTP). */
export function TotpSection({ methods, onCodes }: MethodProps) {
  const { t } = useTranslation('profile')
  const api = useApi()
  const [asking, setAsking] = useState(false)
  const [enrolment, setEnrolment] = useState<TotpEnrolment>()
  const path = `${METHODS_PATH}/totp`
  const begin = useChange(() => api.call(path, { method: 'POST', reply: TotpEnrolment }))
  const remove = useChange(() => api.call(path, { method: 'DELETE' }), {
    refreshes: [METHODS_PATH],
  })
  const { totp, passkeys } = methods
  return (
    <Section
      title={t('totp.title')}
      purpose={t('totp.purpose')}
      badge={
        <StateBadge kind={totp === null ? 'none' : 'ok'}>
          {t(totp === null ? 'totp.off' : 'totp.on')}
        </StateBadge>
      }
      action={
        totp === null ? (
          <Button
            variant="default"
            loading={begin.busy}
            onClick={() => void begin.run().then(setEnrolment)}
          >
            {t('totp.setUp')}
          </Button>
        ) : (
          <Button
            variant="default"
            onClick={() => {
              remove.reset()
              setAsking(true)
            }}
          >
            {t('totp.remove')}
          </Button>
        )
      }
    >
      {totp !== null && (
        <div className={styles.facts}>
          <RelativeTime at={totp.addedAt} words={(when) => t('totp.added', { when })} />
          {totp.lastUsedAt === null ? (
            <span>{t('totp.neverUsed')}</span>
          ) : (
            <RelativeTime at={totp.lastUsedAt} words={(when) => t('totp.used', { when })} />
          )}
        </div>
      )}
      {begin.problem !== undefined && (
        <Problem problem={begin.problem} title={t('totp.notBegun')} />
      )}
      {enrolment !== undefined && (
        <TotpSetUp
          enrolment={enrolment}
          onClose={() => setEnrolment(undefined)}
          onDone={(codes) => {
            setEnrolment(undefined)
            onCodes(codes)
          }}
        />
      )}
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('totp.askTitle')}
        action={t('totp.remove')}
        busy={remove.busy}
        problem={remove.problem}
        onConfirm={() =>
          void remove.attempt().then(({ problem }) => {
            if (problem === undefined) setAsking(false)
          })
        }
      >
        {t(passkeys.length === 0 ? 'totp.askText' : 'totp.askTextOthers')}
      </Confirm>
    </Section>
  )
}
