import { describe, expect, test } from 'vitest'
import type { SmtpMail } from '../../contract/mail-configuration.ts'
import { NEW_MAIL_CONFIGURATION } from '../../contract/new-mail-configuration.ts'
import type { RegistryPolicy, RegistryPolicyEntry } from '../../contract/registry-policy.ts'
import type { PolicyLinks } from '../../policies/links/links.ts'
import { decisionsOf, effectiveValues, effectiveView } from './mail-decisions.ts'

interface Says {
  readonly EncryptSmtp?: number
  readonly SmtpPort?: number
}

function item(
  name: string,
  value: number,
  change: Partial<RegistryPolicyEntry> = {},
): RegistryPolicyEntry {
  return {
    ...{ kind: 'registry', action: 'update', hive: 'HKEY_LOCAL_MACHINE' },
    ...{ key: 'SOFTWARE\\Microsoft\\AGPM', name, data: { type: 'REG_DWORD', value } },
    ...change,
  }
}

const documentOf = (says: Says): RegistryPolicy => ({
  items: Object.entries(says).map(([name, value]) => item(name, value as number)),
})

function policy(
  name: string,
  says: Says | RegistryPolicy,
  links: PolicyLinks = [on('all')],
  minute = 0,
) {
  return {
    ...{ policyId: `id of ${name}`, name, number: 3, links },
    document: 'items' in says ? says : documentOf(says),
    since: new Date(Date.UTC(2030, 0, 1, 0, minute)),
  }
}

function on(target: string, order = 1, isEnabled = true) {
  return { target, order, isEnabled }
}

function decided(...policies: ReturnType<typeof policy>[]) {
  const { encryption, port } = decisionsOf(policies)
  return [
    encryption && `${encryption.value} by ${encryption.by.name}`,
    port && `${port.value} by ${port.by.name}`,
  ]
}

test.for<[Says, string | undefined, string | undefined]>([
  [{ EncryptSmtp: 1 }, 'starttls-required by P', '587 by P'],
  [{ EncryptSmtp: 0 }, 'none by P', '25 by P'],
  [{ EncryptSmtp: 1, SmtpPort: 2525 }, 'starttls-required by P', '2525 by P'],
  [{ EncryptSmtp: 1, SmtpPort: 465 }, 'tls by P', '465 by P'],
  [{ EncryptSmtp: 1, SmtpPort: 25 }, 'starttls-required by P', '25 by P'],
  [{ EncryptSmtp: 0, SmtpPort: 465 }, 'none by P', '465 by P'],
  [{ SmtpPort: 2525 }, undefined, '2525 by P'],
  [{}, undefined, undefined],
])('M6: %j decides %s and port %s', ([says, encryption, port]) => {
  expect(decided(policy('P', says))).toEqual([encryption, port])
})

describe('M6: which of several policies decides', () => {
  const tls = { EncryptSmtp: 1, SmtpPort: 587 }
  const clear = { EncryptSmtp: 0, SmtpPort: 25 }

  test.for<[string, ReturnType<typeof policy>[], string]>([
    [
      'one linked to the hub before one linked to all, whatever their orders and ages',
      [policy('all', clear, [on('all', 1)], 9), policy('hub', tls, [on('hub', 99)], 0)],
      'hub',
    ],
    [
      'the lower order of two linked to all',
      [policy('low', tls, [on('all', 2)], 0), policy('high', clear, [on('all', 10)], 9)],
      'low',
    ],
    [
      'the lower order of two linked to the hub',
      [policy('high', clear, [on('hub', 10)], 9), policy('low', tls, [on('hub', 2)], 0)],
      'low',
    ],
    [
      'the one deployed last of two of one order',
      [policy('new', tls, [on('all')], 9), policy('old', clear, [on('all')], 1)],
      'new',
    ],
    [
      'a link to the hub of a policy that is linked to both',
      [policy('both', tls, [on('all', 50), on('hub', 50)]), policy('other', clear, [on('all')])],
      'both',
    ],
    [
      'none of which the link is switched off',
      [policy('off', clear, [on('hub', 1, false)]), policy('on', tls, [on('all')])],
      'on',
    ],
    [
      'a link to all where that to the hub is switched off',
      [
        policy('some', tls, [on('hub', 1, false), on('all')]),
        policy('other', clear, [on('all', 2)]),
      ],
      'some',
    ],
    [
      'none that is linked to another host only, or to nothing',
      [
        policy('elsewhere', clear, [on('node:00000000-0000-0000-0000-000000000000')]),
        policy('nowhere', clear, []),
        policy('here', tls, [on('all')]),
      ],
      'here',
    ],
  ])('%s', ([, policies, winner]) => {
    const expected = [`starttls-required by ${winner}`, `587 by ${winner}`]
    expect(decided(...policies)).toEqual(expected)
    expect(decided(...policies.toReversed())).toEqual(expected)
  })

  test('each value is decided by itself', () => {
    const both = [policy('one', { EncryptSmtp: 1 }, [on('hub')]), policy('two', { SmtpPort: 2525 })]
    expect(decided(...both)).toEqual(['starttls-required by one', '2525 by two'])
  })

  test('a policy that deletes a value takes away what one before it said', () => {
    const items = [item('SmtpPort', 0, { action: 'delete', data: undefined })]
    const both = [policy('over', { items }, [on('hub')]), policy('under', { SmtpPort: 2525 })]
    expect(decided(...both)).toEqual([undefined, undefined])
  })

  test('a policy of which all is switched off says nothing', () => {
    expect(decided(policy('off', { ...documentOf(tls), disabled: true }))).toEqual([
      undefined,
      undefined,
    ])
  })
})

const smtp: SmtpMail = {
  ...NEW_MAIL_CONFIGURATION.smtp,
  host: 'mail.example.org',
  encryption: 'starttls-if-offered',
  port: 2526,
  acceptInvalidCertificate: true,
}

test('M6: what is decided stands in for the own values, and the rest stays', () => {
  const said = decisionsOf([policy('P', { EncryptSmtp: 1, SmtpPort: 465 })])
  expect(effectiveValues(smtp, said)).toEqual({ ...smtp, encryption: 'tls', port: 465 })
  expect(effectiveValues(smtp, {})).toEqual(smtp)
})

test('M6: without encryption no certificate is accepted that there is not', () => {
  const said = decisionsOf([policy('P', { EncryptSmtp: 0 })])
  expect(effectiveValues(smtp, said)).toMatchObject({
    ...{ encryption: 'none', port: 25, acceptInvalidCertificate: false },
  })
})

test('M6: SMTP with OAuth 2.0 follows as well, and nothing changes for Graph', () => {
  const said = decisionsOf([policy('P', { EncryptSmtp: 1, SmtpPort: 465 })])
  const oauth = NEW_MAIL_CONFIGURATION['smtp-oauth'].microsoft
  expect(effectiveValues(oauth, said)).toEqual({ ...oauth, encryption: 'tls', port: 465 })
  const graph = NEW_MAIL_CONFIGURATION.microsoft
  expect(effectiveValues(graph, said)).toBe(graph)
})

test('M6: the effective values are told with the policy that they come from', () => {
  const origin = { is: 'policy', id: 'id of P', name: 'P', version: 3 }
  expect(effectiveView(smtp, decisionsOf([policy('P', { SmtpPort: 465 })]))).toEqual({
    encryption: { value: 'starttls-if-offered', origin: { is: 'organization' } },
    port: { value: 465, origin },
  })
  expect(effectiveView(null, decisionsOf([policy('P', { EncryptSmtp: 1 })]))).toEqual({
    encryption: { value: 'starttls-required', origin },
    port: { value: 587, origin },
  })
  expect(effectiveView(NEW_MAIL_CONFIGURATION.microsoft, {})).toMatchObject({
    encryption: { value: null },
    port: { value: null },
  })
})
