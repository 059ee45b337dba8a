import { lazy, Suspense, type ReactNode } from 'react'
import { ViewEdit } from '../ui/ViewEdit.tsx'
import { CommentField } from './CommentField.tsx'
import type { PolicyForm } from './policy-form.ts'
import type { PolicyWords } from './policy-words.ts'

const ChangedMeanwhile = lazy(async () => ({
  default: (await import('./ChangedMeanwhile.tsx')).ChangedMeanwhile,
}))

interface Props<View, Draft> {
  readonly policy: PolicyForm<View, Draft>
  readonly title: string
  readonly mayEdit: boolean
  /** The fields and their values, for what somebody else changed meanwhile. */
  readonly words: PolicyWords
  readonly note?: ReactNode
  readonly beside?: ReactNode
  readonly children: ReactNode
}

/** Settings under version control, read and edited in place. Says so when somebody else saved meanwhile. */
export function PolicyEdit<View extends { readonly version: number }, Draft>({
  policy: { form, path, base, saveOver },
  words,
  children,
  ...rest
}: Props<View, Draft>) {
  const isMeanwhile = form.problem?.code === 'policy.changed_meanwhile'
  return (
    <ViewEdit
      {...rest}
      form={isMeanwhile ? { ...form, problem: undefined } : form}
      aboveSave={<CommentField form={form} />}
    >
      {isMeanwhile && (
        <Suspense fallback={null}>
          <ChangedMeanwhile
            path={path}
            from={base.version}
            words={words}
            busy={form.busy}
            onSaveOver={(version) => void saveOver(version)}
            onDiscard={form.cancel}
          />
        </Suspense>
      )}
      {children}
    </ViewEdit>
  )
}
