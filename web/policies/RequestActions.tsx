import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PolicyDocumentView } from '../../src/contract/change-control.ts'
import type { PolicyRequestView } from '../../src/contract/policy-requests.ts'
import { useApi, useChange, useRead } from '../api/data.ts'
import { FormDialog } from '../ui/FormDialog.tsx'
import { useForm } from '../ui/form.ts'
import { usePolicyNames } from './kind-name.ts'
import { LinkChoiceField } from './LinkChoiceField.tsx'
import { linksOf } from './order-draft.ts'
import { PolicyComment } from './PolicyComment.tsx'
import { policyPath, REFRESHES, requestPath } from './policy-paths.ts'
import styles from './policies.module.css'

type Verdict = PolicyRequestView['verbs'][number]

/** Approve, reject, withdraw: what whoever looks may say to a request. */
export function RequestActions({ view }: { readonly view: PolicyRequestView }) {
  const { t } = useTranslation('policies')
  const [asking, setAsking] = useState<Verdict>()
  // Each kind of answer stands in the same place, whoever looks.
  const possible = (['withdraw', 'reject', 'approve'] as const).filter((verb) => {
    const isKept = verb === 'approve' && view.cannotApprove !== null
    return view.verbs.includes(verb) && !isKept
  })
  return (
    <div className={styles.actions}>
      {possible.map((verb) => (
        <Button
          key={verb}
          variant={verb === 'approve' ? 'filled' : 'default'}
          onClick={() => setAsking(verb)}
        >
          {t(`verb.${verb}`)}
        </Button>
      ))}
      {asking !== undefined && (
        <VerdictDialog view={view} verdict={asking} onClose={() => setAsking(undefined)} />
      )}
    </div>
  )
}

interface Props {
  readonly view: PolicyRequestView
  readonly verdict: Verdict
  readonly onClose: () => void
}

function VerdictDialog({ view, verdict, onClose }: Props) {
  const { t } = useTranslation('policies')
  const api = useApi()
  const names = usePolicyNames()
  const { request, order, missing, approvals } = view
  // Who approved before approved the links as they were.
  const choosesLinks =
    verdict === 'approve' &&
    request.action === 'deploy' &&
    order.links !== 'none' &&
    approvals.length === 0
  const document = useRead(`${policyPath(request.policy.id)}/document`, PolicyDocumentView, {
    query: { of: order.version ?? 'newest' },
    enabled: choosesLinks && order.links === 'all',
  })
  const ofVersion = document.state === 'ready' ? document.value.links : []
  const targets = Array.isArray(order.links) ? order.links : ofVersion.map(({ target }) => target)
  const change = useChange(
    (body: object) => api.call(`${requestPath(request.id)}/orders`, { method: 'POST', body }),
    { refreshes: REFRESHES },
  )
  const form = useForm({
    value: { comment: '', links: { isRestored: true, leftOut: [] as readonly string[] } },
    submit: async ({ comment, links }) => {
      const chosen = linksOf(links, targets)
      const { problem } = await change.attempt({
        ...{ verb: verdict, comment: comment.trim() },
        ...(choosesLinks && { links: chosen === 'all' ? 'as-asked' : chosen }),
      })
      return problem
    },
  })
  const words = { name: names.policy(request.policy) }
  const text = verdict === 'approve' && missing > 1 ? 'approve.more' : verdict
  return (
    <FormDialog
      form={form}
      title={t(`verdict.title.${verdict}`, words)}
      submit={t(`verb.${verdict}`)}
      failed={t('failed.verdict')}
      onClose={onClose}
      onSaved={onClose}
    >
      <div>
        {text === 'approve.more'
          ? t('verdict.approveMore', { count: missing - 1 })
          : t(`verdict.text.${verdict}`)}
      </div>
      {choosesLinks && (
        <LinkChoiceField form={form} name="links" label={t('links.title')} targets={targets} />
      )}
      <PolicyComment form={form} />
    </FormDialog>
  )
}
