import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PersonView } from '../../src/contract/people.ts'
import { Confirm } from '../ui/Confirm.tsx'
import { NoteBox } from '../ui/NoteBox.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Section } from '../ui/Section.tsx'
import { AccountFacts } from './AccountFacts.tsx'
import { InvitePerson } from './InvitePerson.tsx'
import { useOrders, type Order } from './people-orders.ts'
import styles from './people.module.css'

interface Props {
  readonly person: PersonView
  readonly mayManage: boolean
}

/** What cannot be taken back is asked before. */
const ASKED: readonly Order[] = ['withdraw', 'endSessions']

/** Orders that make sense for an account as it is. */
function ordersFor(account: NonNullable<PersonView['account']>): Order[] {
  const { state, lockedUntil, sessions, isOwn } = account
  if (state === 'invited' || state === 'invitation-expired') return ['resend', 'withdraw']
  if (state === 'disabled') return ['enable']
  return [
    ...(lockedUntil === null ? [] : ['unlock' as const]),
    ...(sessions === 0 || isOwn ? [] : ['endSessions' as const]),
    ...(isOwn ? [] : ['disable' as const]),
  ]
}

/** Whether and how somebody signs in, and what can be done about it. */
export function PersonAccount({ person, mayManage }: Props) {
  const { t } = useTranslation('people')
  const { name, address, account } = person
  const orders = useOrders(person.id)
  const [asking, setAsking] = useState<Order>()
  const [inviting, setInviting] = useState(false)
  const [last, setLast] = useState<Order>()
  const [done, setDone] = useState<Order>()

  const give = async (order: Order) => {
    setLast(order)
    setDone(undefined)
    const { problem } = await orders.attempt(order)
    if (problem !== undefined) return
    setAsking(undefined)
    setDone(order)
  }
  const ask = (order: Order) => {
    orders.reset()
    if (ASKED.includes(order)) setAsking(order)
    else void give(order)
  }

  return (
    <Section
      title={t('account.title')}
      action={
        mayManage &&
        account === null && <Button onClick={() => setInviting(true)}>{t('order.invite')}</Button>
      }
      purpose={account === null ? t('account.none', { name }) : undefined}
    >
      {account !== null && <AccountFacts account={account} />}
      {account?.isOwn === true && mayManage && <span>{t('account.own')}</span>}
      {mayManage && account !== null && ordersFor(account).length > 0 && (
        <div className={styles.orders}>
          {ordersFor(account).map((order) => (
            <Button
              key={order}
              variant="default"
              loading={orders.busy && last === order && asking === undefined}
              disabled={orders.busy && last !== order}
              onClick={() => ask(order)}
            >
              {t(`order.${order}`)}
            </Button>
          ))}
        </div>
      )}
      {done !== undefined && (
        <NoteBox kind="ok" role="status" title={t(`done.${done}`, { name, address })} />
      )}
      {asking === undefined && last !== undefined && (
        <Problem problem={orders.problem} title={t(`failed.${last}`, { name })} />
      )}
      {asking !== undefined && (
        <Confirm
          opened
          onClose={() => setAsking(undefined)}
          title={t(`ask.${asking}.title`, { name })}
          action={t(`order.${asking}`)}
          busy={orders.busy}
          problem={orders.problem}
          onConfirm={() => void give(asking)}
        >
          {t(`ask.${asking}.text`, { name, address })}
        </Confirm>
      )}
      {inviting && <InvitePerson person={person} onClose={() => setInviting(false)} />}
    </Section>
  )
}
