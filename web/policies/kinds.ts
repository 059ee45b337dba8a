import { lazy, type ComponentType, type LazyExoticComponent, type ReactNode } from 'react'
import type { PolicyDocumentView } from '../../src/contract/change-control.ts'
import type { PolicyWords } from '../settings/policy-words.ts'

/** What a policy says, as its kind's own view is given it. */
export interface DocumentProps {
  readonly policyId: string
  readonly kind: string
  readonly document: PolicyDocumentView
  /** Orders about the policy name it. */
  readonly revision: number
  /** The working copy, in the hands of whoever looks at it. */
  readonly mayEdit: boolean
}

/** Gives the names of a kind's fields and values to what is in it. */
export interface WordsProps {
  readonly children: (words: PolicyWords) => ReactNode
}

export interface PolicyKindParts {
  /** There is one of the kind, without a name. */
  readonly isOnlyOne: boolean
  /** The page on which its settings are read and changed the short way. */
  readonly settings?: string
  /** Its own view and editor; without one values are listed by their paths. */
  readonly Document?: LazyExoticComponent<ComponentType<DocumentProps>>
  /** Its own words; without them fields are called by their paths. */
  readonly Words?: LazyExoticComponent<ComponentType<WordsProps>>
}

/** What pages know of the kinds. Parts are loaded when a policy of the kind is looked at. */
const KINDS: Readonly<Record<string, PolicyKindParts>> = {
  mail: {
    isOnlyOne: true,
    settings: '/settings/mail',
    Words: lazy(async () => ({ default: (await import('./MailKindWords.tsx')).MailKindWords })),
  },
  'sign-in': {
    isOnlyOne: true,
    settings: '/settings/sign-in',
    Words: lazy(async () => ({ default: (await import('./SignInKindWords.tsx')).SignInKindWords })),
  },
  'change-control': { isOnlyOne: true },
}

const PLAIN: PolicyKindParts = { isOnlyOne: false }

export function partsOf(kind: string): PolicyKindParts {
  return KINDS[kind] ?? PLAIN
}

/** Kinds of which a new policy can be made. */
export const CREATED_KINDS = ['registry', 'mail', 'sign-in', 'change-control'] as const
