import { useTranslation } from 'react-i18next'
import { PeopleList, PersonView } from '../../src/contract/people.ts'
import { ROLES } from '../../src/contract/permissions.ts'
import { useApi } from '../api/data.ts'
import { ApiProblem, asProblem } from '../api/problem.ts'
import { useMay } from '../api/session.ts'
import { ChoiceField } from '../ui/ChoiceFields.tsx'
import { TextField } from '../ui/Fields.tsx'
import { FormDialog } from '../ui/FormDialog.tsx'
import { useForm } from '../ui/form.ts'
import { idOf, type Principal } from './access-rows.ts'
import { usePrincipalName } from './principal-name.ts'

interface Props {
  /** Ids of those that are in the list already. */
  readonly known: readonly string[]
  readonly onClose: () => void
  readonly onChosen: (principal: Principal) => void
}

const ACCOUNT = 'account'
const PEOPLE_PATH = '/api/v1/people'

/** A role, or a person by their address, of whom something is to be said. */
export function AddPrincipal({ known, onClose, onChosen }: Props) {
  const { t } = useTranslation('policies')
  const api = useApi()
  const nameOf = usePrincipalName()
  const mayReadPeople = useMay('people.read')
  const roles = ROLES.map((role): Principal => ({ is: 'role', role })).filter(
    (each) => !known.includes(idOf(each)),
  )
  const accountOf = async (address: string): Promise<Principal> => {
    const { people } = await api.call(PEOPLE_PATH, {
      query: { search: address },
      reply: PeopleList,
    })
    const found = people.find((each) => each.address.toLowerCase() === address.toLowerCase())
    const person = found && (await api.call(`${PEOPLE_PATH}/${found.id}`, { reply: PersonView }))
    if (!person?.account) throw new ApiProblem({ code: 'account.not_found', status: 404 })
    return { is: 'account', id: person.account.id, name: person.name }
  }
  const form = useForm({
    value: { who: mayReadPeople ? ACCOUNT : (roles.map(idOf)[0] ?? ''), address: '' },
    check: ({ who, address }) =>
      who === ACCOUNT && !/^\S+@\S+$/.test(address.trim()) ? { address: t('needed.address') } : {},
    submit: async ({ who, address }) => {
      try {
        const role = roles.find((each) => idOf(each) === who)
        onChosen(role ?? (await accountOf(address.trim())))
        return undefined
      } catch (error) {
        return asProblem(error)
      }
    },
  })
  return (
    <FormDialog
      form={form}
      title={t('access.add')}
      submit={t('access.choose')}
      onClose={onClose}
      onSaved={onClose}
    >
      <ChoiceField
        form={form}
        name="who"
        label={t('access.who')}
        choices={[
          ...(mayReadPeople ? [{ value: ACCOUNT, label: t('access.person') }] : []),
          ...roles.map((each) => ({ value: idOf(each), label: nameOf(each) })),
        ]}
      />
      {form.draft.who === ACCOUNT && (
        <TextField form={form} name="address" type="email" label={t('access.address')} required />
      )}
    </FormDialog>
  )
}
