/** Orders that leave what is in force as it is. */

import type { PolicyOrder, PolicyOrdered } from '../../../contract/change-control.ts'
import type { Actor } from '../../../policies/lifecycle/transition.ts'
import type { ControlHub } from './control-hub.ts'
import { donePolicy } from './ordered.ts'
import type { ProductionOrder } from './production-orders.ts'

export type ArchiveOrder = Exclude<PolicyOrder, ProductionOrder>

export async function followInArchive(
  { changeControl }: ControlHub,
  { by, policyId }: { by: Actor; policyId: string },
  order: ArchiveOrder,
): Promise<PolicyOrdered> {
  const { revision, comment } = order
  const on = { by, policyId, revision, comment }
  switch (order.verb) {
    case 'control': {
      const policy = await changeControl.control(on)
      return donePolicy(policy, { version: policy.newest })
    }
    case 'check-out':
      return donePolicy(await changeControl.checkOut(on))
    case 'take-over':
      return donePolicy(await changeControl.takeOver(on))
    case 'check-in': {
      const policy = await changeControl.checkIn(on)
      return donePolicy(policy, { version: policy.newest })
    }
    case 'undo-check-out':
      return donePolicy(await changeControl.undoCheckOut(on))
    case 'label': {
      const { label } = order
      const labels = { by, policyIds: [policyId], revision, label, comment }
      await changeControl.label(labels)
      const { policy } = await changeControl.get({ by, policyId })
      return donePolicy(policy, { version: policy.newest })
    }
    case 'keep-version': {
      const { version, keep } = order
      const policy = await changeControl.keepVersion({ ...on, number: version, isKept: keep })
      return donePolicy(policy, { version })
    }
    case 'rename':
      return donePolicy(await changeControl.rename({ ...on, name: order.name }))
    case 'import-from-production': {
      const policy = await changeControl.importFromProduction(on)
      return donePolicy(policy, { version: policy.newest })
    }
    case 'save-as-template': {
      const template = await changeControl.saveAsTemplate({ ...on, name: order.name })
      return donePolicy(template, { version: template.newest })
    }
    case 'set-default-template': {
      const { isDefault } = order
      return donePolicy(await changeControl.setDefaultTemplate({ ...on, isDefault }))
    }
    case 'restore':
      return donePolicy(await changeControl.restore(on))
    case 'destroy':
      return donePolicy(await changeControl.destroy(on))
  }
}
