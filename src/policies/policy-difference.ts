import { type JsonValue, canonicalJson } from '../base/canonical-json.ts'
import type { FieldChange } from '../contract/policies.ts'
import type { PolicyDocument, SecretFact } from './policy-kind.ts'

/** What is compared: a version, or nothing. */
export interface Comparable {
  readonly document: PolicyDocument | null
  readonly secrets: readonly Pick<SecretFact, 'id' | 'name'>[]
}

/**
 * Every field that differs, in the order of their paths. Lists are compared as a whole. Of a secret
 * it is told that it changed, never what it was; one that was set to what it was is another secret.
 */
export function differencesOf(was: Comparable, is: Comparable): FieldChange[] {
  const [before, after] = [fieldsOf(was.document), fieldsOf(is.document)]
  const [hadSecrets, hasSecrets] = [secretsOf(was), secretsOf(is)]
  return [
    ...changesBetween(before, after, false),
    ...changesBetween(hadSecrets, hasSecrets, true).map(withoutValues),
  ]
}

function changesBetween(
  before: ReadonlyMap<string, JsonValue>,
  after: ReadonlyMap<string, JsonValue>,
  isSecret: boolean,
): FieldChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort()
  return paths.flatMap((path): FieldChange[] => {
    const [was, is] = [before.get(path), after.get(path)]
    if (was === undefined) return [{ path, isSecret, change: 'added', is: json(is) }]
    if (is === undefined) return [{ path, isSecret, change: 'removed', was: json(was) }]
    if (canonicalJson(was) === canonicalJson(is)) return []
    return [{ path, isSecret, change: 'changed', was: json(was), is: json(is) }]
  })
}

function withoutValues({ path, change }: FieldChange): FieldChange {
  return { path, change, isSecret: true }
}

/** Each value that is no object, by its path. */
function fieldsOf(value: JsonValue, path = ''): Map<string, JsonValue> {
  if (typeof value !== 'object' || value === null || isList(value)) {
    return new Map(path === '' ? [] : [[path, value]])
  }
  return new Map(
    Object.entries(value).flatMap(([name, member]) =>
      member === undefined ? [] : [...fieldsOf(member, path === '' ? name : `${path}.${name}`)],
    ),
  )
}

function secretsOf({ secrets }: Comparable): Map<string, JsonValue> {
  return new Map(secrets.map(({ name, id }) => [`secrets.${name}`, id]))
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/** The same value: the shape in `contract/` knows no read-only lists. */
function json(value: JsonValue | undefined): FieldChange['was'] {
  return value as FieldChange['was']
}
