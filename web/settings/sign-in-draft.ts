/** The settings of sign-in as their form edits them: lists as lines of text. */

import { ROLES, type Role } from '../../src/contract/permissions.ts'
import {
  SECOND_FACTOR_RULES,
  type SignInDocument,
  type SignInSettingsView,
} from '../../src/contract/sign-in-settings.ts'
import { KEEP, type SecretDraft } from '../ui/SecretField.tsx'

export interface SignInDraft {
  /** One of `SECOND_FACTOR_RULES`. */
  readonly secondFactor: string
  readonly enabled: boolean
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: SecretDraft
  /** Separated by spaces. */
  readonly scopes: string
  /** One in each line. */
  readonly allowedDomains: string
  readonly createAccounts: boolean
  readonly trustForAdministrators: boolean
  readonly rolesClaim: string
  readonly roleMapping: readonly MappedRole[]
}

export interface MappedRole {
  readonly value: string
  readonly role: Role
}

export type SignInFieldName = keyof SignInDraft

export function draftOfSignIn({
  settings: { secondFactor, openid },
}: Pick<SignInSettingsView, 'settings'>): SignInDraft {
  return {
    secondFactor,
    ...openid,
    clientSecret: KEEP,
    scopes: openid.scopes.join(' '),
    allowedDomains: openid.allowedDomains.join('\n'),
    rolesClaim: openid.rolesClaim ?? '',
  }
}

export function documentOf(draft: SignInDraft): SignInDocument {
  const { enabled, name, issuer, clientId, createAccounts, trustForAdministrators } = draft
  const { rolesClaim } = draft
  return {
    secondFactor: SECOND_FACTOR_RULES.find((rule) => rule === draft.secondFactor) ?? 'off',
    openid: {
      ...{ enabled, name, issuer, clientId, createAccounts, trustForAdministrators },
      scopes: wordsOf(draft.scopes),
      allowedDomains: wordsOf(draft.allowedDomains),
      rolesClaim: rolesClaim.trim() === '' ? null : rolesClaim.trim(),
      // Lines that were begun and left empty mean nothing.
      roleMapping: draft.roleMapping
        .map(({ value, role }) => ({ value: value.trim(), role }))
        .filter(({ value }) => value !== ''),
    },
  }
}

/** What the hub is told of the client secret: absent keeps it, null takes it away. */
export function secretOrderOf({ clientSecret }: SignInDraft): { clientSecret?: string | null } {
  if (clientSecret.is === 'clear') return { clientSecret: null }
  if (clientSecret.is === 'replace' && clientSecret.value !== '') {
    return { clientSecret: clientSecret.value }
  }
  return {}
}

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text)
}

function wordsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((word) => word !== '')
}
