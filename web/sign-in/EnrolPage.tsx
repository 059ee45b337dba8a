import { Button, Stack, Text } from '@mantine/core'
import { IconDeviceMobile, IconFingerprint } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TotpEnrolment } from '../../src/contract/sign-in-methods.ts'
import { useApi, useChange } from '../api/data.ts'
import { useSession, useSessionRefresh } from '../api/session.ts'
import { useSignOut } from '../app/sign-out.ts'
import { AddPasskey } from '../profile/AddPasskey.tsx'
import { METHODS_PATH } from '../profile/profile-paths.ts'
import { RecoveryCodesDialog } from '../profile/RecoveryCodesDialog.tsx'
import { TotpSetUp } from '../profile/TotpSetUp.tsx'
import { Problem } from '../ui/Problem.tsx'
import { PublicFrame } from './PublicFrame.tsx'

interface Props {
  /** Recovery codes that the hub just made; the page stays until they are said to be kept. */
  readonly codes: readonly string[] | null
  readonly onCodes: (codes: readonly string[] | null) => void
}

/** A second factor is asked of whoever is signed in: the way to one, and out. */
export function EnrolPage({ codes, onCodes }: Props) {
  const { t } = useTranslation('sign-in')
  const api = useApi()
  const { organization } = useSession()
  const refresh = useSessionRefresh()
  const signOut = useSignOut()
  const [enrolment, setEnrolment] = useState<TotpEnrolment>()
  const [adding, setAdding] = useState(false)
  const begin = useChange(() =>
    api.call(`${METHODS_PATH}/totp`, { method: 'POST', reply: TotpEnrolment }),
  )
  const done = (made: readonly string[] | null) => {
    setEnrolment(undefined)
    setAdding(false)
    onCodes(made)
    if (made === null) void refresh()
  }
  return (
    <PublicFrame title={t('enrol.title')} organization={organization}>
      <Text>{t('enrol.text')}</Text>
      <Stack gap={12}>
        <Button
          leftSection={<IconDeviceMobile size={18} aria-hidden />}
          loading={begin.busy}
          onClick={() =>
            void begin.attempt().then(({ reply }) => reply !== undefined && setEnrolment(reply))
          }
        >
          {t('enrol.totp')}
        </Button>
        <Button
          leftSection={<IconFingerprint size={18} aria-hidden />}
          variant="default"
          onClick={() => setAdding(true)}
        >
          {t('enrol.passkey')}
        </Button>
        <Problem problem={begin.problem} />
        <Button variant="subtle" onClick={() => void signOut()}>
          {t('enrol.signOut')}
        </Button>
      </Stack>
      {enrolment !== undefined && (
        <TotpSetUp enrolment={enrolment} onClose={() => setEnrolment(undefined)} onDone={done} />
      )}
      {adding && <AddPasskey onClose={() => setAdding(false)} onDone={done} />}
      {codes !== null && (
        <RecoveryCodesDialog
          codes={codes}
          onClose={() => void refresh().then(() => onCodes(null))}
        />
      )}
    </PublicFrame>
  )
}
