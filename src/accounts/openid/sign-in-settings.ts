/** The settings of the policy kind `sign-in`: by which rules they are taken. */

import { HubError } from '../../base/errors.ts'
import type { FieldIssue } from '../../base/field-issues.ts'
import type {
  OpenIdSettings,
  SecondFactorRule,
  SignInDocument,
} from '../../contract/sign-in-settings.ts'
import { parseDomain } from '../address.ts'
import { isFetchable } from './guarded-fetch.ts'

/** What is in force, with the secret in clear. */
export interface SignInSettings {
  readonly secondFactor: SecondFactorRule
  readonly openid: OpenIdSettings
  readonly clientSecret?: string | undefined
}

/** Name of the one secret that goes with the document. */
export const CLIENT_SECRET = 'clientSecret'

/**
 * What is wrong with a document, field by field, and its normal form: domains with A-labels, nothing
 * twice. One that is not enabled may be half filled in; what stands there has to be right.
 */
export function checkSignInDocument({ openid, secondFactor }: SignInDocument): {
  issues: FieldIssue[]
  warnings: FieldIssue[]
  document: SignInDocument
} {
  const issues: FieldIssue[] = []
  const issue = (field: string, code: string, message: string) =>
    issues.push({ path: `openid.${field}`, code, message })

  if (openid.enabled) {
    for (const field of ['name', 'issuer', 'clientId'] as const) {
      if (openid[field] === '') issue(field, 'required', 'is needed to sign in by the provider')
    }
  }
  if (openid.issuer !== '' && !isIssuer(openid.issuer)) {
    issue('issuer', 'issuer_malformed', 'is an https address without query and fragment')
  }
  for (const scope of ['openid', 'email']) {
    if (!openid.scopes.includes(scope)) issue('scopes', 'scope_missing', `has to contain ${scope}`)
  }
  const allowedDomains = openid.allowedDomains.map((text, index) => {
    const domain = domainOf(text)
    if (domain === undefined) issue(`allowedDomains.${index}`, 'domain_malformed', 'is no domain')
    return domain ?? text
  })
  if (openid.createAccounts && allowedDomains.length === 0) {
    issue('allowedDomains', 'required_to_create', 'says for which domains accounts are made')
  }
  if (openid.roleMapping.length > 0 && openid.rolesClaim === null) {
    issue('rolesClaim', 'required_for_mapping', 'says which claim the mapped values are in')
  }
  openid.roleMapping.forEach(({ role }, index) => {
    if (role !== 'administrator' || openid.trustForAdministrators) return
    const why = 'administrators are made by a provider only that is trusted for them'
    issue(`roleMapping.${index}.role`, 'administrator_untrusted', why)
  })
  return {
    issues,
    warnings: [],
    document: {
      secondFactor,
      openid: {
        ...openid,
        scopes: [...new Set(openid.scopes)],
        allowedDomains: [...new Set(allowedDomains)],
      },
    },
  }
}

/** OpenID Connect Discovery 1.0 section 3; http only for a provider on this machine. */
function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return isFetchable(url) && url.search === '' && url.hash === ''
}

function domainOf(text: string): string | undefined {
  try {
    return parseDomain(text)
  } catch (error) {
    if (error instanceof HubError) return undefined
    throw error
  }
}
