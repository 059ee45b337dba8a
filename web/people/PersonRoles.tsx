import { useTranslation } from 'react-i18next'
import type { Role } from '../../src/contract/permissions.ts'
import { PersonView } from '../../src/contract/people.ts'
import { useApi, useChange } from '../api/data.ts'
import { SESSION_PATH } from '../api/session.ts'
import { useForm } from '../ui/form.ts'
import { ViewEdit } from '../ui/ViewEdit.tsx'
import { PEOPLE_PATH, personPath } from './people-orders.ts'
import { RolesField } from './RolesField.tsx'

interface Props {
  readonly person: PersonView
  readonly mayManage: boolean
}

/** What somebody may do. */
export function PersonRoles({ person, mayManage }: Props) {
  const { t } = useTranslation(['people', 'roles'])
  const api = useApi()
  const change = useChange(
    (roles: readonly Role[]) =>
      api.call(`${personPath(person.id)}/roles`, {
        method: 'PUT',
        body: { roles },
        reply: PersonView,
      }),
    // One's own, too.
    { refreshes: [PEOPLE_PATH, SESSION_PATH] },
  )
  const form = useForm<{ roles: readonly Role[] }>({
    value: { roles: person.account?.roles ?? [] },
    viewFirst: true,
    submit: async ({ roles }) => (await change.attempt(roles)).problem,
  })
  return (
    <ViewEdit
      form={form}
      title={t('roles:heading')}
      mayEdit={mayManage}
      failed={t('person.rolesNotSaved')}
    >
      <RolesField form={form} name="roles" label={t('person.rolesOf', { name: person.name })} />
    </ViewEdit>
  )
}
