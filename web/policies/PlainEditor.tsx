import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { PolicyLinkView } from '../../src/contract/change-control.ts'
import type { PolicyWords } from '../settings/policy-words.ts'
import { useApi, useChange } from '../api/data.ts'
import { SwitchField } from '../ui/ChoiceFields.tsx'
import { NumberField, TextField } from '../ui/Fields.tsx'
import { useForm, type FieldErrors, type FormState } from '../ui/form.ts'
import { KEEP, SecretField, type SecretDraft } from '../ui/SecretField.tsx'
import { ViewEdit } from '../ui/ViewEdit.tsx'
import { leavesOf, withLeaves, type Leaf, type Values } from './document-paths.ts'
import type { DocumentProps } from './kinds.ts'
import { LinksField } from './LinksField.tsx'
import { LinkList } from './LinkList.tsx'
import { inOrder, PlainDocument } from './PlainDocument.tsx'
import { policyPath, REFRESHES } from './policy-paths.ts'

type Entered = string | number | boolean | null | SecretDraft | readonly PolicyLinkView[]
type Draft = Readonly<Record<string, Entered>>

/** No path of a document begins like this. */
const LINKS = '/links'
const SECRET = '/secrets/'

const isText = ({ value }: Leaf) => typeof value === 'string'
const isPlain = ({ value }: Leaf) => ['string', 'number', 'boolean'].includes(typeof value)

/** The working copy, edited value by value; lists and what is not set as JSON. */
export function PlainEditor(props: DocumentProps & { readonly words: PolicyWords }) {
  const { policyId, kind, document, revision, mayEdit, words } = props
  const { t } = useTranslation('policies')
  const api = useApi()
  const values = useMemo(() => document.values ?? {}, [document])
  const leaves = useMemo(() => leavesOf(values), [values])
  const value = useMemo(() => draftOf(leaves, document), [leaves, document])
  const save = useChange(
    (body: object) =>
      api.call(`${policyPath(policyId)}/document`, { method: 'PUT', body: { ...body, revision } }),
    { refreshes: REFRESHES },
  )
  const form = useForm<Draft>({
    value,
    viewFirst: true,
    check: (draft) => wrongJson(draft, leaves, t('needed.json')),
    submit: async (draft) =>
      (
        await save.attempt({
          values: valuesOf(values, draft, leaves),
          secrets: ordersOf(draft, document.secrets),
          links: draft[LINKS],
        })
      ).problem,
  })
  const texts = form as unknown as FormState<Record<string, string>>
  return (
    <ViewEdit form={form} mayEdit={mayEdit} failed={t('policy.notSaved')}>
      {form.editing ? (
        inOrder(leaves, words).map((leaf) => (
          <LeafField key={leaf.path} {...{ form, leaf, words }} />
        ))
      ) : (
        <PlainDocument document={document} words={words} />
      )}
      {form.editing &&
        Object.entries(document.secrets).map(([name, { at, by }]) => (
          <SecretField
            key={name}
            form={form as unknown as FormState<Record<string, SecretDraft>>}
            name={`${SECRET}${name}`}
            label={words.label(`secrets.${name}`)}
            kept={{ at, by: by.name }}
          />
        ))}
      {form.editing ? (
        <LinksField
          form={texts as unknown as FormState<Record<string, readonly PolicyLinkView[]>>}
          name={LINKS}
          label={t('links.title')}
        />
      ) : (
        <LinkList kind={kind} links={document.links} />
      )}
    </ViewEdit>
  )
}

interface LeafProps {
  readonly form: FormState<Draft>
  readonly leaf: Leaf
  readonly words: PolicyWords
}

function LeafField({ form, leaf, words }: LeafProps) {
  const { t } = useTranslation('policies')
  const field = { name: leaf.path, label: words.label(leaf.path) }
  if (typeof leaf.value === 'boolean') {
    return <SwitchField form={form as unknown as FormState<Record<string, boolean>>} {...field} />
  }
  if (typeof leaf.value === 'number') {
    return (
      <NumberField form={form as unknown as FormState<Record<string, number | null>>} {...field} />
    )
  }
  return (
    <TextField
      form={form as unknown as FormState<Record<string, string>>}
      {...field}
      {...(!isText(leaf) && { help: t('help.json') })}
    />
  )
}

function draftOf(leaves: readonly Leaf[], document: DocumentProps['document']): Draft {
  return Object.fromEntries([
    ...leaves.map((leaf) => [
      leaf.path,
      isPlain(leaf) ? (leaf.value as Entered) : JSON.stringify(leaf.value),
    ]),
    ...Object.keys(document.secrets).map((name) => [`${SECRET}${name}`, KEEP]),
    [LINKS, document.links],
  ]) as Draft
}

function wrongJson(draft: Draft, leaves: readonly Leaf[], words: string): FieldErrors<Draft> {
  const wrong = leaves.filter((leaf) => !isPlain(leaf) && parsed(draft[leaf.path]) === undefined)
  return Object.fromEntries(wrong.map(({ path }) => [path, words]))
}

function valuesOf(values: Values, draft: Draft, leaves: readonly Leaf[]): Values {
  return withLeaves(
    values,
    new Map(
      leaves.map((leaf) => {
        const entered = draft[leaf.path]
        return [leaf.path, isPlain(leaf) ? (entered as Leaf['value']) : (parsed(entered) ?? null)]
      }),
    ),
  )
}

/** What the hub is told of each secret. */
function ordersOf(draft: Draft, secrets: DocumentProps['document']['secrets']) {
  return Object.fromEntries(
    Object.keys(secrets).map((name) => {
      const { is, ...order } = draft[`${SECRET}${name}`] as SecretDraft & { value?: string }
      return [name, is === 'replace' ? { set: order.value ?? '' } : is]
    }),
  )
}

function parsed(text: Entered | undefined): Leaf['value'] | undefined {
  try {
    return typeof text === 'string' ? (JSON.parse(text) as Leaf['value']) : undefined
  } catch {
    return undefined
  }
}
