import { useTranslation } from 'react-i18next'
import { PasskeyView } from '../../src/contract/sign-in-methods.ts'
import { useApi, useChange } from '../api/data.ts'
import { TextField } from '../ui/Fields.tsx'
import { FormDialog } from '../ui/FormDialog.tsx'
import { useForm } from '../ui/form.ts'
import { METHODS_PATH } from './profile-paths.ts'

export const passkeyPath = (id: string) => `${METHODS_PATH}/passkeys/${encodeURIComponent(id)}`

interface Props {
  readonly passkey: PasskeyView
  readonly onClose: () => void
}

/** Another name for a passkey. */
export function RenamePasskey({ passkey, onClose }: Props) {
  const { t } = useTranslation('profile')
  const api = useApi()
  const rename = useChange(
    (name: string) =>
      api.call(passkeyPath(passkey.id), { method: 'PATCH', body: { name }, reply: PasskeyView }),
    { refreshes: [METHODS_PATH] },
  )
  const form = useForm({
    value: { name: passkey.name },
    check: ({ name }) => (name.trim() === '' ? { name: t('needed.passkeyName') } : {}),
    submit: async ({ name }) => (await rename.attempt(name.trim())).problem,
  })
  return (
    <FormDialog
      onClose={onClose}
      title={t('passkey.renameTitle')}
      form={form}
      submit={t('passkey.renameAction')}
      failed={t('passkey.notRenamed')}
      onSaved={onClose}
    >
      <TextField
        form={form}
        name="name"
        label={t('passkey.name')}
        required
        input={{ maxLength: 100 }}
      />
    </FormDialog>
  )
}
