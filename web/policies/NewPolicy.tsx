import { useTranslation } from 'react-i18next'
import { PolicyList, PolicyOrdered } from '../../src/contract/change-control.ts'
import { useApi, useChange, useRead } from '../api/data.ts'
import { ChoiceField, RadioField } from '../ui/ChoiceFields.tsx'
import { TextField } from '../ui/Fields.tsx'
import { FormDialog } from '../ui/FormDialog.tsx'
import { useForm } from '../ui/form.ts'
import { useGo } from '../ui/PageLink.tsx'
import { usePolicyNames } from './kind-name.ts'
import { CREATED_KINDS, partsOf } from './kinds.ts'
import { PolicyComment } from './PolicyComment.tsx'
import { POLICIES_PATH, policyPage, REFRESHES } from './policy-paths.ts'

interface Props {
  readonly mayCreate: 'directly' | 'by-request'
  readonly onClose: () => void
}

const EMPTY = 'empty'
const DEFAULT = 'default'
const MAX_TEMPLATES = 200

/** A new policy, or the request for one by whoever may not make it. */
export function NewPolicy({ mayCreate, onClose }: Props) {
  const { t } = useTranslation('policies')
  const api = useApi()
  const go = useGo()
  const names = usePolicyNames()
  const isRequest = mayCreate === 'by-request'
  const loaded = useRead(POLICIES_PATH, PolicyList, {
    query: { tab: 'templates', limit: MAX_TEMPLATES },
  })
  const create = useChange(
    (body: object) => api.call(POLICIES_PATH, { method: 'POST', body, reply: PolicyOrdered }),
    { refreshes: REFRESHES },
  )
  const form = useForm({
    value: {
      ...{ kind: 'registry', name: '', comment: '' },
      ...{ template: DEFAULT, live: 'offline', cc: '' },
    },
    check: ({ kind, name, cc }) => ({
      ...(!partsOf(kind).isOnlyOne && name.trim() === '' && { name: t('needed.name') }),
      ...(cc.trim() !== '' && !/^\S+@\S+$/.test(cc.trim()) && { cc: t('needed.cc') }),
    }),
    submit: async ({ kind, name, comment, template, live, cc }) => {
      const { reply, problem } = await create.attempt({
        ...{ kind, template, comment: comment.trim() },
        // Of a kind of which there is one, the name is not shown anywhere.
        name: partsOf(kind).isOnlyOne ? names.kind(kind) : name.trim(),
        live: live === 'live',
        ...(isRequest && { asRequest: { cc: cc.trim() } }),
      })
      if (reply) go(policyPage(reply.id))
      return problem
    },
  })
  const templates = (loaded.state === 'ready' ? loaded.value.policies : []).filter(
    ({ kind }) => kind === form.draft.kind,
  )
  const usual = templates.find(({ isDefaultTemplate }) => isDefaultTemplate)
  return (
    <FormDialog
      form={form}
      size="lg"
      title={t(isRequest ? 'new.requestTitle' : 'new.title')}
      submit={t(isRequest ? 'new.request' : 'new.create')}
      failed={t(isRequest ? 'new.notRequested' : 'new.notCreated')}
      stays={form.isDirty}
      onClose={onClose}
    >
      <ChoiceField
        form={form}
        name="kind"
        label={t('column.kind')}
        choices={CREATED_KINDS.map((value) => ({ value, label: names.kind(value) }))}
      />
      {!partsOf(form.draft.kind).isOnlyOne && (
        <TextField
          form={form}
          name="name"
          label={t('column.name')}
          required
          input={{ maxLength: 255 }}
        />
      )}
      <ChoiceField
        form={form}
        name="template"
        label={t('new.template')}
        choices={[
          ...(usual === undefined
            ? []
            : [{ value: DEFAULT, label: t('new.defaultTemplate', { name: usual.name }) }]),
          // Without a default template this is what it begins as.
          { value: usual === undefined ? DEFAULT : EMPTY, label: t('new.empty') },
          ...templates
            .filter(({ isDefaultTemplate }) => !isDefaultTemplate)
            .map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <RadioField
        form={form}
        name="live"
        label={t('new.how')}
        choices={(['offline', 'live'] as const).map((value) => ({
          value,
          label: t(`new.${value}`),
          help: t(`new.${value}Help`),
        }))}
      />
      <PolicyComment form={form} />
      {isRequest && (
        <TextField
          form={form}
          name="cc"
          type="email"
          label={t('field.cc')}
          help={t('help.cc')}
          input={{ maxLength: 254 }}
        />
      )}
    </FormDialog>
  )
}
