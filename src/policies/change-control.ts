/**
 * Change control: everything that can be done with a policy, each verb of the table in
 * `lifecycle/machine.ts` as one method. Who may do it, and in which state, is decided in
 * `lifecycle/transition.ts`; each is one transaction with its entries in history and audit log.
 * The reasons stand in docs/decisions/0013-change-control.md.
 */

import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { SealingKey } from '../base/seal.ts'
import type { FieldChange } from '../contract/policies.ts'
import type { Database } from '../db/connection.ts'
import { type AccessList, type DelegateOrder, access, delegate } from './access/delegation.ts'
import { CHANGE_CONTROL_POLICY } from './approval/change-control-policy.ts'
import type { ControlParts } from './control-parts.ts'
import { differences } from './history/differences.ts'
import { type HistoryEvent, type HistoryOrder, history } from './history/history.ts'
import { type Settings, type StateOf, settings } from './history/states.ts'
import { checkIn } from './lifecycle/check-in.ts'
import { checkOut, takeOver, undoCheckOut } from './lifecycle/check-out.ts'
import { control, importFromProduction } from './lifecycle/control.ts'
import { type CreateOrder, create } from './lifecycle/create.ts'
import { type DeleteFrom, deletePolicy, destroy, restore } from './lifecycle/delete.ts'
import { type EditOrder, edit } from './lifecycle/edit.ts'
import { type KeepOrder, type LabelOrder, keepVersion, label } from './lifecycle/label.ts'
import { rename } from './lifecycle/rename.ts'
import type { PolicyOrder } from './lifecycle/step.ts'
import type { PolicyRow } from './lifecycle/store.ts'
import type { Actor } from './lifecycle/transition.ts'
import { applyLimitToAll } from './lifecycle/version-limit.ts'
import type { Policies } from './policies.ts'
import { HUB } from './policy-kind.ts'
import { PolicySecrets } from './policy-secrets.ts'
import {
  type ListOrder,
  type ListedPolicies,
  type PolicyStanding,
  get,
  list,
} from './search/list.ts'
import { saveAsTemplate, setDefaultTemplate } from './templates/templates.ts'

export class ChangeControl {
  /** For the verbs that are files of their own: deployment, requests. */
  readonly parts: ControlParts

  constructor(parts: {
    db: Database
    audit: Audit
    clock: Clock
    log: Log
    key: SealingKey
    policies: Policies
    /** Without it, the limit of the rules of change control that are in force. */
    versionLimit?: ControlParts['versionLimit']
  }) {
    const { db, audit, clock, log, policies } = parts
    const { versionLimit = () => limitInForce(policies) } = parts
    this.parts = {
      ...{ db, audit, clock, log, versionLimit },
      secrets: new PolicySecrets(parts),
      kinds: policies.kinds,
      tell: (kind) => policies.tell(kind),
    }
  }

  create(order: CreateOrder): Promise<PolicyRow> {
    return create(this.parts, order)
  }

  control(order: PolicyOrder): Promise<PolicyRow> {
    return control(this.parts, order)
  }

  checkOut(order: PolicyOrder): Promise<PolicyRow> {
    return checkOut(this.parts, order)
  }

  takeOver(order: PolicyOrder): Promise<PolicyRow> {
    return takeOver(this.parts, order)
  }

  edit(order: EditOrder): Promise<PolicyRow> {
    return edit(this.parts, order)
  }

  checkIn(order: PolicyOrder): Promise<PolicyRow> {
    return checkIn(this.parts, order)
  }

  undoCheckOut(order: PolicyOrder): Promise<PolicyRow> {
    return undoCheckOut(this.parts, order)
  }

  label(order: LabelOrder): Promise<PolicyRow[]> {
    return label(this.parts, order)
  }

  keepVersion(order: KeepOrder): Promise<PolicyRow> {
    return keepVersion(this.parts, order)
  }

  rename(order: PolicyOrder & { readonly name: string }): Promise<PolicyRow> {
    return rename(this.parts, order)
  }

  importFromProduction(order: PolicyOrder): Promise<PolicyRow> {
    return importFromProduction(this.parts, order)
  }

  saveAsTemplate(order: PolicyOrder & { readonly name: string }): Promise<PolicyRow> {
    return saveAsTemplate(this.parts, order)
  }

  setDefaultTemplate(order: PolicyOrder & { readonly isDefault?: boolean }): Promise<PolicyRow> {
    return setDefaultTemplate(this.parts, order)
  }

  delete(order: PolicyOrder & { readonly from: DeleteFrom }): Promise<PolicyRow> {
    return deletePolicy(this.parts, order)
  }

  restore(order: PolicyOrder): Promise<PolicyRow> {
    return restore(this.parts, order)
  }

  destroy(order: PolicyOrder): Promise<PolicyRow> {
    return destroy(this.parts, order)
  }

  /** From now on the limit on versions is applied when other rules come into force. */
  heedVersionLimit(): void {
    const { kinds, log } = this.parts
    const onDeployed = () => {
      this.applyVersionLimit({ by: HUB }).catch((error: unknown) => {
        // Each check-in applies it too.
        log.error('policy.version_limit_failed', { error })
      })
    }
    kinds.register({ ...CHANGE_CONTROL_POLICY, onDeployed })
  }

  /** After the limit on versions changed. */
  applyVersionLimit(order: { readonly by: Pick<Actor, 'id' | 'name'> }): Promise<void> {
    return applyLimitToAll(this.parts, order)
  }

  /** By tab, found by a search, a page at a time. @throws HubError `policy.search_malformed` */
  list(order: ListOrder): Promise<ListedPolicies> {
    return list(this.parts, order)
  }

  /** With what whoever asks may do. @throws HubError `policy.not_found` */
  get(order: { readonly by: Actor; readonly policyId: string }): Promise<PolicyStanding> {
    return get(this.parts, order)
  }

  history(order: HistoryOrder): Promise<HistoryEvent[]> {
    return history(this.parts, order)
  }

  /** What a version, the working copy or production says. */
  settings(order: StateOf & { readonly by: Actor }): Promise<Settings> {
    return settings(this.parts, order)
  }

  differences(order: { by: Actor; from: StateOf; to: StateOf }): Promise<FieldChange[]> {
    return differences(this.parts, order)
  }

  access(order: { readonly by: Actor; readonly policyId: string | null }): Promise<AccessList> {
    return access(this.parts, order)
  }

  /** Puts a line into an access list, or takes one out. */
  delegate(order: DelegateOrder): Promise<void> {
    return delegate(this.parts, order)
  }
}

async function limitInForce(policies: Policies): Promise<number | null> {
  const { document } = await policies.deployed(CHANGE_CONTROL_POLICY)
  return document?.versionLimit ?? null
}
