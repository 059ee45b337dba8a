import { expect, test } from 'vitest'
import { type OpenIdSettings, SIGN_IN_DEFAULTS } from '../../contract/sign-in-settings.ts'
import { checkSignInDocument } from './sign-in-settings.ts'

const GOOD: OpenIdSettings = {
  ...SIGN_IN_DEFAULTS.openid,
  enabled: true,
  name: 'Example',
  issuer: 'https://login.example.org/realms/main',
  clientId: 'sealpost',
}

const issuesOf = (change: Partial<OpenIdSettings>) =>
  checkSignInDocument({ ...SIGN_IN_DEFAULTS, openid: { ...GOOD, ...change } }).issues.map(
    ({ path, code }) => `${path} ${code}`,
  )

test('what holds before anything is saved is taken', () => {
  expect(checkSignInDocument(SIGN_IN_DEFAULTS)).toEqual({
    issues: [],
    warnings: [],
    document: SIGN_IN_DEFAULTS,
  })
})

test.for<{ name: string; change: Partial<OpenIdSettings>; issues: string[] }>([
  { name: 'everything is there', change: {}, issues: [] },
  {
    name: 'it is enabled half filled in',
    change: { name: '', issuer: '', clientId: '' },
    issues: ['openid.name required', 'openid.issuer required', 'openid.clientId required'],
  },
  { name: 'it is half filled in and off', change: { enabled: false, issuer: '' }, issues: [] },
  {
    name: 'the issuer is not https',
    change: { issuer: 'http://login.example.org' },
    issues: ['openid.issuer issuer_malformed'],
  },
  { name: 'the issuer is on this machine', change: { issuer: 'http://127.0.0.1:90' }, issues: [] },
  {
    name: 'the issuer has a query',
    change: { issuer: 'https://login.example.org/?tenant=1' },
    issues: ['openid.issuer issuer_malformed'],
  },
  {
    name: 'scopes are missing',
    change: { scopes: ['profile'] },
    issues: ['openid.scopes scope_missing', 'openid.scopes scope_missing'],
  },
  {
    name: 'a domain is none',
    change: { allowedDomains: ['example.org', 'no domain'] },
    issues: ['openid.allowedDomains.1 domain_malformed'],
  },
  {
    name: 'accounts are made for everybody in the world',
    change: { createAccounts: true },
    issues: ['openid.allowedDomains required_to_create'],
  },
  {
    name: 'roles are mapped from nothing',
    change: { roleMapping: [{ value: 'x', role: 'auditor' }] },
    issues: ['openid.rolesClaim required_for_mapping'],
  },
  {
    name: 'administrators are mapped from a provider that is not trusted for them',
    change: { rolesClaim: 'groups', roleMapping: [{ value: 'x', role: 'administrator' }] },
    issues: ['openid.roleMapping.0.role administrator_untrusted'],
  },
  {
    name: 'administrators are mapped from a provider that is trusted for them',
    change: {
      rolesClaim: 'groups',
      roleMapping: [{ value: 'x', role: 'administrator' }],
      trustForAdministrators: true,
    },
    issues: [],
  },
])('says what is wrong when $name', ({ change, issues }) => {
  expect(issuesOf(change)).toEqual(issues)
})

test('domains are kept as they are looked up, once each', () => {
  const { document } = checkSignInDocument({
    secondFactor: 'everyone',
    openid: { ...GOOD, allowedDomains: ['Bücher.example', 'xn--bcher-kva.example'] },
  })
  expect(document.openid.allowedDomains).toEqual(['xn--bcher-kva.example'])
  expect(document.secondFactor).toBe('everyone')
})
