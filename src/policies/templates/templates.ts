/** Templates: what new policies begin as. They have no history and are not edited. */

import type { ControlParts } from '../control-parts.ts'
import { productionContent } from '../lifecycle/control.ts'
import { nameTaken, parseName } from '../names/policy-name.ts'
import { type PolicyOrder, take } from '../lifecycle/step.ts'
import * as store from '../lifecycle/store.ts'
import type { PolicyRow } from '../lifecycle/store.ts'
import { move, permitted, record, requireAll } from '../lifecycle/transition.ts'
import { MACHINE } from '../lifecycle/machine.ts'
import { addVersion, currentContent } from '../content/content.ts'

/**
 * Makes a template that says what the current version says; of an uncontrolled policy what is in
 * production. A template carries no secrets: whoever makes a policy from it has full control of that.
 *
 * @throws HubError as `permitted`, `policy.name_taken`, `policy.refused`
 */
export function saveAsTemplate(
  parts: ControlParts,
  order: PolicyOrder & { readonly name: string },
): Promise<PolicyRow> {
  const { by, comment = '' } = order
  const { db, clock, kinds } = parts
  return db.transaction().execute(async (tx) => {
    const { policy: from, held } = await permitted(tx, { ...order, verb: 'save-as-template' })
    // What somebody may not read they do not get as a template.
    requireAll(held, MACHINE.read.needs, 'read')
    const name = parseName(kinds.get(from.kind), order.name)
    const { document, links } =
      from.state === 'uncontrolled'
        ? (await productionContent(tx, from)).content
        : await currentContent(tx, from)
    const at = clock.now()
    const template = await store.insertPolicy(tx, {
      ...{ kind: from.kind, name, state: 'template', newest: 1 },
      ...{ isTemplate: true, createdAt: at },
    })
    if (template === undefined) throw nameTaken(name)
    const source = { is: 'policy', name: from.name, number: from.newest } as const
    const content = { document, links, secrets: [] }
    await addVersion(tx, template, { content, at, by, comment, source })
    const detail = { from: from.name, fromId: from.id, fromVersion: from.newest }
    const happened = { verb: 'save-as-template', number: 1, detail } as const
    await record(tx, parts, template, { by, comment, ...happened })
    return template
  })
}

/** The template that new policies of its kind begin as, or no longer. @throws HubError as `permitted` */
export function setDefaultTemplate(
  parts: ControlParts,
  order: PolicyOrder & { readonly isDefault?: boolean | undefined },
): Promise<PolicyRow> {
  const { isDefault = true } = order
  return take(parts, 'set-default-template', order, async (tx, before) => {
    if (isDefault && !before.isDefaultTemplate) await store.unsetDefaultTemplate(tx, before.kind)
    const changes = { isDefaultTemplate: isDefault }
    const policy = await move(tx, before, { verb: 'set-default-template', changes })
    return { policy, detail: { isDefault } }
  })
}
