import { NativeSelect, Skeleton } from '@mantine/core'
import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { PolicyDocumentView, type PolicyView } from '../../src/contract/change-control.ts'
import { useRead } from '../api/data.ts'
import { useAddress } from '../ui/address.ts'
import { Loaded } from '../ui/Loaded.tsx'
import { NoteBox } from '../ui/NoteBox.tsx'
import { Section } from '../ui/Section.tsx'
import { partsOf } from './kinds.ts'
import { KindWords } from './KindWords.tsx'
import { LinkList } from './LinkList.tsx'
import { PlainDocument } from './PlainDocument.tsx'
import { PlainEditor } from './PlainEditor.tsx'
import { policyPath } from './policy-paths.ts'

/** What a policy says: its newest version, the copy that is being edited, or what is in force. */
export function PolicyContent({ view }: { readonly view: PolicyView }) {
  const { t } = useTranslation('policies')
  const { policy, verbs } = view
  const [{ of }, change] = useAddress({ of: '' })
  const states = [
    ...(policy.state === 'checked-out' ? ['working'] : []),
    ...(policy.version > 0 ? ['newest'] : []),
    ...(policy.production === null ? [] : ['production']),
  ]
  const chosen = states.find((each) => each === of) ?? states[0]
  const document = useRead(`${policyPath(policy.id)}/document`, PolicyDocumentView, {
    query: { of: chosen },
    enabled: chosen !== undefined,
  })
  if (chosen === undefined) return null
  const { Document } = partsOf(policy.kind)
  const mayEdit = chosen === 'working' && verbs.includes('edit')
  const nameOf = (state: string) =>
    state === 'newest' ? t('of.newest', { number: policy.version }) : t(`of.${state}`)
  return (
    <Section
      title={t('policy.says')}
      action={
        states.length > 1 && (
          <NativeSelect
            aria-label={t('policy.which')}
            value={chosen}
            data={states.map((value) => ({ value, label: nameOf(value) }))}
            onChange={(event) => change({ of: event.currentTarget.value })}
          />
        )
      }
    >
      <Loaded of={document} failed={t('policy.documentFailed')} height={240}>
        {(shown) => {
          // While another state is on its way the one before is still there.
          if (shown.isErased) return <NoteBox kind="warn">{t('erased')}</NoteBox>
          const given = {
            policyId: policy.id,
            kind: policy.kind,
            document: shown,
            revision: view.revision,
            mayEdit,
          }
          if (Document !== undefined) {
            return (
              <Suspense fallback={<Skeleton height={240} />}>
                <Document {...given} />
              </Suspense>
            )
          }
          return (
            <KindWords kind={policy.kind}>
              {(words) =>
                mayEdit && shown.of === 'working' ? (
                  <PlainEditor {...given} words={words} />
                ) : (
                  <>
                    <PlainDocument document={shown} words={words} />
                    <LinkList kind={policy.kind} links={shown.links} />
                  </>
                )
              }
            </KindWords>
          )
        }}
      </Loaded>
    </Section>
  )
}
