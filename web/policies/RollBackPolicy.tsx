import { useTranslation } from 'react-i18next'
import {
  PolicyDocumentView,
  PolicyStatesDifference,
  type PolicyView,
} from '../../src/contract/change-control.ts'
import { useRead } from '../api/data.ts'
import { FieldChanges } from '../settings/FieldChanges.tsx'
import { TextField } from '../ui/Fields.tsx'
import { FormDialog } from '../ui/FormDialog.tsx'
import { useForm } from '../ui/form.ts'
import { KindWords } from './KindWords.tsx'
import { LinkChoiceField } from './LinkChoiceField.tsx'
import { linksOf, type OrderDraft } from './order-draft.ts'
import { useOrderPolicy } from './orders.ts'
import { PolicyComment } from './PolicyComment.tsx'
import { POLICIES_PATH, policyPath } from './policy-paths.ts'

interface Props {
  readonly view: PolicyView
  readonly version: number
  readonly isRequest: boolean
  readonly onClose: () => void
}

/** Brings an earlier version back into force, or asks for it, after a look at what that changes. */
export function RollBackPolicy({ view, version, isRequest, onClose }: Props) {
  const { t } = useTranslation('policies')
  const { policy } = view
  const order = useOrderPolicy(view)
  const document = useRead(`${policyPath(policy.id)}/document`, PolicyDocumentView, {
    query: { of: version },
  })
  const difference = useRead(`${POLICIES_PATH}/difference`, PolicyStatesDifference, {
    query: { from: `${policy.id}@production`, to: `${policy.id}@${version}` },
    enabled: policy.production !== null,
  })
  const links = document.state === 'ready' ? document.value.links : []
  const targets = links.map(({ target }) => target)
  const form = useForm<Pick<OrderDraft, 'comment' | 'cc' | 'links'>>({
    value: { comment: '', cc: '', links: { isRestored: true, leftOut: [] } },
    submit: async (draft) => {
      const attempt = await order({
        ...{ verb: 'roll-back', version, comment: draft.comment.trim() },
        links: linksOf(draft.links, targets),
        ...(isRequest && { asRequest: { cc: draft.cc.trim() } }),
      })
      return attempt.problem
    },
  })
  return (
    <FormDialog
      form={form}
      size="lg"
      title={t('rollBack.title', { number: version })}
      submit={t(isRequest ? 'rollBack.request' : 'rollBack.open')}
      failed={t('failed.order')}
      onClose={onClose}
      onSaved={onClose}
    >
      <div>{t(isRequest ? 'rollBack.requestText' : 'rollBack.text', { number: version })}</div>
      {difference.state === 'ready' && (
        <KindWords kind={policy.kind}>
          {(words) => (
            <FieldChanges
              label={t('rollBack.changes')}
              changes={difference.value.changes}
              words={words}
              before={t('production.title')}
              after={t('version.number', { number: version })}
            />
          )}
        </KindWords>
      )}
      <LinkChoiceField form={form} name="links" label={t('links.title')} targets={targets} />
      <PolicyComment form={form} />
      {isRequest && (
        <TextField form={form} name="cc" type="email" label={t('field.cc')} help={t('help.cc')} />
      )}
    </FormDialog>
  )
}
