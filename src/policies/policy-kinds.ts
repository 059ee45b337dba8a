/** The kinds of policy that are known here, each declared by the folder that owns its meaning. */

import { HubError } from '../base/errors.ts'
import type { PolicyDocument, PolicyKind } from './policy-kind.ts'

export class PolicyKinds {
  readonly #kinds = new Map<string, PolicyKind>()

  register<Document extends PolicyDocument>(kind: PolicyKind<Document>): void {
    this.#kinds.set(kind.kind, kind)
  }

  names(): string[] {
    return [...this.#kinds.keys()]
  }

  find(name: string): PolicyKind | undefined {
    return this.#kinds.get(name)
  }

  /** @throws HubError `policy.kind_unknown` */
  get(name: string): PolicyKind {
    const kind = this.#kinds.get(name)
    if (kind !== undefined) return kind
    throw new HubError('policy.kind_unknown', `there are no policies of the kind ${name}`)
  }
}
