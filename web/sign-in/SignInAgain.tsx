import { Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useSession } from '../api/session.ts'
import { useFocusGivenBack } from '../ui/focus-given-back.ts'
import { SignInSteps } from './SignInSteps.tsx'

/** The session ended in the middle of work: what was entered on the page stays as it is. */
export function SignInAgain({ onDone }: { readonly onDone: (done: boolean) => void }) {
  const { t } = useTranslation('sign-in')
  useFocusGivenBack(true)
  const { account, signInMethods } = useSession()
  return (
    <Modal
      opened
      onClose={() => onDone(false)}
      title={t('again.title')}
      closeButtonProps={{ 'aria-label': t('common:close') }}
      closeOnClickOutside={false}
    >
      <Stack gap={16}>
        <Text>{t('again.text')}</Text>
        <SignInSteps
          methods={{ password: signInMethods.password, passkey: signInMethods.passkey }}
          address={account.address}
          next={location.pathname}
          onSignedIn={() => onDone(true)}
        />
      </Stack>
    </Modal>
  )
}
