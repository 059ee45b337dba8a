import { Button } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PolicyView } from '../../src/contract/change-control.ts'
import { ActionMenu } from '../ui/ActionMenu.tsx'
import { useGo } from '../ui/PageLink.tsx'
import { ordersOf, type PageVerb } from './orders.ts'
import { policyPage } from './policy-paths.ts'
import styles from './policies.module.css'

const OrderDialog = lazy(async () => ({
  default: (await import('./OrderDialog.tsx')).OrderDialog,
}))

/** What can be done with a policy now: the most likely as a button, the rest in a menu. */
export function PolicyActions({ view }: { readonly view: PolicyView }) {
  const { t } = useTranslation('policies')
  const go = useGo()
  const [asking, setAsking] = useState<PageVerb>()
  const [main, ...others] = ordersOf(view)
  if (main === undefined) return null
  const { isDefaultTemplate } = view.policy
  const nameOf = (verb: PageVerb) =>
    verb === 'set-default-template' && isDefaultTemplate
      ? t('verb.unset-default')
      : t(`verb.${verb}`)
  return (
    <div className={styles.actions}>
      <Button onClick={() => setAsking(main)}>{nameOf(main)}</Button>
      {others.length > 0 && (
        <ActionMenu
          width={280}
          button={
            <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
              {t('more')}
            </Button>
          }
          actions={others.map((verb) => ({
            label: nameOf(verb),
            onChoose: () => setAsking(verb),
          }))}
        />
      )}
      <Suspense fallback={null}>
        {asking !== undefined && (
          <OrderDialog
            key={asking}
            view={view}
            verb={asking}
            onClose={() => setAsking(undefined)}
            onDone={({ id }) => {
              if (asking === 'destroy') go('/policies?tab=recycle-bin')
              if (asking === 'save-as-template') go(policyPage(id))
            }}
          />
        )}
      </Suspense>
    </div>
  )
}
