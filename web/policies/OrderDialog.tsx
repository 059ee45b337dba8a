import { useTranslation } from 'react-i18next'
import {
  PolicyDocumentView,
  type PolicyOrdered,
  type PolicyView,
} from '../../src/contract/change-control.ts'
import { useRead } from '../api/data.ts'
import { RadioField } from '../ui/ChoiceFields.tsx'
import { TextAreaField, TextField } from '../ui/Fields.tsx'
import { FormDialog } from '../ui/FormDialog.tsx'
import { useForm } from '../ui/form.ts'
import { NoteBox } from '../ui/NoteBox.tsx'
import { usePolicyNames } from './kind-name.ts'
import { LinkChoiceField } from './LinkChoiceField.tsx'
import { MomentField } from './MomentField.tsx'
import { newDraft, orderOf, type OrderDraft } from './order-draft.ts'
import { orderedOf, useOrderPolicy, type PageVerb } from './orders.ts'
import { PolicyComment } from './PolicyComment.tsx'
import { policyPath } from './policy-paths.ts'

interface Props {
  readonly view: PolicyView
  readonly verb: PageVerb
  readonly onClose: () => void
  readonly onDone: (ordered: PolicyOrdered) => void
}

const PLACES = ['archive', 'archive-and-production'] as const

/** One verb, with what has to be said for it. */
export function OrderDialog({ view, verb, onClose, onDone }: Props) {
  const { t } = useTranslation('policies')
  const names = usePolicyNames()
  const { policy } = view
  const { fields, isGrave } = orderedOf(verb)
  const asks = (field: (typeof fields)[number]) => fields.includes(field)
  const order = useOrderPolicy(view)
  const document = useRead(`${policyPath(policy.id)}/document`, PolicyDocumentView, {
    query: { of: 'newest' },
    enabled: asks('links'),
  })
  const links = document.state === 'ready' ? document.value.links : []
  const targets = links.map(({ target }) => target)
  const form = useForm<OrderDraft>({
    value: newDraft(policy, verb),
    check: ({ name, label, reason, cc }) => ({
      ...(asks('name') && name.trim() === '' && { name: t('needed.name') }),
      ...(asks('label') &&
        label.trim() === '' &&
        policy.label === '' && { label: t('needed.label') }),
      ...(asks('reason') && reason.trim() === '' && { reason: t('needed.reason') }),
      ...(cc.trim() !== '' && !/^\S+@\S+$/.test(cc.trim()) && { cc: t('needed.cc') }),
    }),
    submit: async (draft) => {
      const { reply, problem } = await order(orderOf(verb, draft, { policy, targets }))
      if (reply) onDone(reply)
      return problem
    },
  })
  const words = { name: names.policy(policy) }
  const key = verb === 'set-default-template' && policy.isDefaultTemplate ? 'unset-default' : verb
  return (
    <FormDialog
      form={form}
      title={t(`ask.${key}.title`, words)}
      submit={t(`ask.${key}.action`)}
      failed={t('failed.order')}
      onClose={onClose}
      onSaved={onClose}
    >
      {isGrave === true ? (
        <NoteBox kind="warn">{t(`ask.${key}.text`, words)}</NoteBox>
      ) : (
        <div>{t(`ask.${key}.text`, words)}</div>
      )}
      {asks('reason') && (
        <TextAreaField
          form={form}
          name="reason"
          label={t('field.reason')}
          help={t('help.reason')}
          rows={2}
          required
        />
      )}
      {asks('name') && (
        <TextField
          form={form}
          name="name"
          label={t('column.name')}
          required
          input={{ maxLength: 255 }}
        />
      )}
      {asks('label') && (
        <TextField
          form={form}
          name="label"
          label={t('field.label')}
          help={t('help.label')}
          input={{ maxLength: 100 }}
        />
      )}
      {asks('from') && (
        <RadioField
          form={form}
          name="from"
          label={t('field.from')}
          choices={PLACES.map((value) => ({
            value,
            label: t(`from.${value}`),
            help: t(`fromHelp.${value}`),
          }))}
        />
      )}
      {asks('links') && (
        <LinkChoiceField form={form} name="links" label={t('links.title')} targets={targets} />
      )}
      {asks('notBefore') && (
        <MomentField
          form={form}
          name="notBefore"
          label={t('field.notBefore')}
          help={t('help.notBefore')}
        />
      )}
      <PolicyComment form={form} />
      {asks('cc') && (
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
