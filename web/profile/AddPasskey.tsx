import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { PasskeyAdded, PasskeyCreation } from '../../src/contract/sign-in-methods.ts'
import { useApi, useChange } from '../api/data.ts'
import { ApiProblem, asProblem } from '../api/problem.ts'
import { TextField } from '../ui/Fields.tsx'
import { FormDialog } from '../ui/FormDialog.tsx'
import { useForm } from '../ui/form.ts'
import { METHODS_PATH } from './profile-paths.ts'

interface Props {
  readonly onClose: () => void
  readonly onDone: (recoveryCodes: readonly string[] | null) => void
}

/** Names a passkey; the browser makes it. */
export function AddPasskey({ onClose, onDone }: Props) {
  const { t } = useTranslation('profile')
  const api = useApi()
  const path = `${METHODS_PATH}/passkeys`
  const add = useChange(
    async (name: string) => {
      const { startRegistration } = await import('@simplewebauthn/browser')
      const optionsJSON = await api.call(`${path}/options`, {
        method: 'POST',
        reply: PasskeyCreation,
      })
      const created = await startRegistration({ optionsJSON }).catch((error: unknown) => {
        throw asPasskeyProblem(error)
      })
      const body = { name, created }
      return api.call(path, { method: 'POST', body, reply: PasskeyAdded })
    },
    { refreshes: [METHODS_PATH] },
  )
  const form = useForm({
    value: { name: '' },
    check: ({ name }) => (name.trim() === '' ? { name: t('needed.passkeyName') } : {}),
    submit: async ({ name }) => {
      const { reply, problem } = await add.attempt(name.trim())
      if (reply) onDone(reply.recoveryCodes)
      return problem
    },
  })
  return (
    <FormDialog
      onClose={onClose}
      title={t('passkey.addTitle')}
      stays
      form={form}
      submit={t('passkey.addAction')}
      failed={t('passkey.notAdded')}
    >
      <TextField
        form={form}
        name="name"
        label={t('passkey.name')}
        help={t('passkey.nameHelp')}
        required
        input={{ maxLength: 100 }}
      />
      <Text>{t('passkey.addText')}</Text>
    </FormDialog>
  )
}

/** What browsers throw instead of a passkey. */
function asPasskeyProblem(error: unknown): ApiProblem {
  if (!(error instanceof Error)) return asProblem(error)
  const code = {
    NotAllowedError: 'web.passkey_cancelled',
    AbortError: 'web.passkey_cancelled',
    InvalidStateError: 'passkey.exists',
  }[error.name]
  return new ApiProblem({
    code: code ?? 'web.passkey_impossible',
    status: 0,
    detail: error.message,
  })
}
