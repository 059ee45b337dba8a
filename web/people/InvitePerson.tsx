import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Role } from '../../src/contract/permissions.ts'
import { PersonView } from '../../src/contract/people.ts'
import { useApi, useChange } from '../api/data.ts'
import { FormDialog } from '../ui/FormDialog.tsx'
import { useForm } from '../ui/form.ts'
import { PEOPLE_PATH, personPath } from './people-orders.ts'
import { RolesField } from './RolesField.tsx'

interface Props {
  readonly person: PersonView
  readonly onClose: () => void
}

/** Gives somebody who is known an account, and sends the link to accept it. */
export function InvitePerson({ person, onClose }: Props) {
  const { t } = useTranslation(['people', 'roles'])
  const api = useApi()
  const invite = useChange(
    (roles: readonly Role[]) =>
      api.call(`${personPath(person.id)}/invitation`, {
        method: 'POST',
        body: { roles },
        reply: PersonView,
      }),
    { refreshes: [PEOPLE_PATH] },
  )
  const form = useForm<{ roles: readonly Role[] }>({
    value: { roles: [] },
    submit: async ({ roles }) => (await invite.attempt(roles)).problem,
  })
  return (
    <FormDialog
      onClose={onClose}
      size="lg"
      title={t('invite.title', { name: person.name })}
      form={form}
      submit={t('invite.action')}
      failed={t('invite.failed')}
      onSaved={onClose}
    >
      <Text>{t('invite.text', { address: person.address })}</Text>
      <RolesField form={form} name="roles" label={t('roles:heading')} />
    </FormDialog>
  )
}
