import { Checkbox } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { PERMISSIONS, type Permission } from '../../src/contract/permissions.ts'
import { MadeApiToken, type NewApiToken } from '../../src/contract/profile.ts'
import { useApi, useChange } from '../api/data.ts'
import { useSession } from '../api/session.ts'
import { useRoleWords } from '../people/role-words.ts'
import { TextField } from '../ui/Fields.tsx'
import { ChoiceField } from '../ui/ChoiceFields.tsx'
import { FormDialog } from '../ui/FormDialog.tsx'
import { useForm, type FormState } from '../ui/form.ts'
import { TOKENS_PATH } from './profile-paths.ts'
import styles from './AddToken.module.css'

/** Days that are offered; the empty one has no end. */
const VALIDITIES = ['30', '90', '365', 'none'] as const

interface Draft {
  readonly name: string
  readonly scopes: readonly Permission[]
  readonly validity: string
}

interface Props {
  readonly onClose: () => void
  readonly onDone: (token: string) => void
}

/** Makes a token that may do some of what its owner may. */
export function AddToken({ onClose, onDone }: Props) {
  const { t } = useTranslation('profile')
  const api = useApi()
  const add = useChange(
    (body: NewApiToken) => api.call(TOKENS_PATH, { method: 'POST', body, reply: MadeApiToken }),
    { refreshes: [TOKENS_PATH] },
  )
  const form = useForm<Draft>({
    value: { name: '', scopes: [], validity: '90' },
    check: ({ name, scopes }) => ({
      ...(name.trim() === '' && { name: t('needed.tokenName') }),
      ...(scopes.length === 0 && { scopes: t('needed.scopes') }),
    }),
    submit: async ({ name, scopes, validity }) => {
      const { reply, problem } = await add.attempt({
        name: name.trim(),
        scopes: [...scopes],
        validityDays: validity === 'none' ? null : Number(validity),
      })
      if (reply) onDone(reply.token)
      return problem
    },
  })
  return (
    <FormDialog
      onClose={onClose}
      size="lg"
      title={t('token.addTitle')}
      stays={form.isDirty}
      form={form}
      submit={t('token.addAction')}
      failed={t('token.notAdded')}
    >
      <div className={styles.pair}>
        <TextField
          form={form}
          name="name"
          label={t('token.name')}
          help={t('token.nameHelp')}
          required
          input={{ maxLength: 200 }}
        />
        <ChoiceField
          form={form}
          name="validity"
          label={t('token.validity')}
          choices={VALIDITIES.map((value) => ({ value, label: t(`token.days.${value}`) }))}
        />
      </div>
      <Scopes form={form} />
    </FormDialog>
  )
}

/** Only what the owner may do is offered. */
function Scopes({ form }: { readonly form: FormState<Draft> }) {
  const { t } = useTranslation('profile')
  const words = useRoleWords()
  const { permissions = [] } = useSession()
  const { scopes } = form.draft
  const error = form.errors.scopes
  const help = form.fieldId('scopes-help')
  const offered = PERMISSIONS.filter((each) => permissions.includes(each))
  const toggle = (permission: Permission, isGiven: boolean) => {
    const others = scopes.filter((each) => each !== permission)
    form.set('scopes', isGiven ? [...others, permission] : others)
  }
  return (
    <fieldset
      className={styles.fieldset}
      id={form.fieldId('scopes')}
      tabIndex={-1}
      aria-describedby={help}
    >
      <legend>{t('token.scopes')}</legend>
      <span id={help} className={error === undefined ? styles.help : styles.error}>
        {error ?? t('token.scopesHelp')}
      </span>
      <div className={styles.scopes}>
        {offered.map((permission) => (
          <Checkbox
            key={permission}
            label={words.permission(permission)}
            checked={scopes.includes(permission)}
            onChange={(event) => toggle(permission, event.currentTarget.checked)}
          />
        ))}
      </div>
    </fieldset>
  )
}
