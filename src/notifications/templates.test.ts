import { describe, expect, test } from 'vitest'
import { OTHER_CHANGES } from '../accounts/notices.ts'
import { LANGUAGES } from '../contract/session.ts'
import { NOTIFICATION_NAMES } from '../contract/notifications.ts'
import { escapeHtml, renderHtml, renderText } from './document.ts'
import { sampleValues } from './samples.ts'
import { type ReadNotification, writeNotification } from './templates.ts'
import { NOTIFICATION_VALUES, type Reader } from './values.ts'
import { openWordings } from './wording.ts'

const wordings = openWordings()
const now = new Date('2026-11-21T20:05:00Z')
const hub = {
  organization: 'Example & Sons',
  url: 'https://mail.example.org',
  sender: 'hub@example.org',
}

const CASES = LANGUAGES.flatMap((language) =>
  NOTIFICATION_NAMES.map((name) => ({ name, language })),
)

function written(
  name: ReadNotification['name'],
  language: Reader['language'],
  { reader = 'Zoë', values = {} }: { reader?: string; values?: object } = {},
) {
  const read = NOTIFICATION_VALUES[name].parse({ ...sampleValues(now)[name], ...values })
  const wording = wordings[language]
  const document = writeNotification({ name, values: read } as ReadNotification, {
    reader: { address: 'zoe@example.org', name: reader, language },
    hub,
    wording,
  })
  return {
    subject: document.subject,
    text: renderText(document, wording),
    html: renderHtml(document, wording),
  }
}

describe.for(CASES)('M4: $name in $language', ({ name, language }) => {
  test('names its reader, the organisation and the hub, in both forms', () => {
    const { subject, text, html } = written(name, language)
    expect(subject).toContain(name === 'test-mail' ? 'Sealpost' : 'Example & Sons')
    for (const fact of ['Zoë', 'Example & Sons', 'https://mail.example.org']) {
      expect(text).toContain(fact)
      expect(html).toContain(escapeHtml(fact))
    }
    expect(html).toContain(`<html lang="${language}">`)
  })

  test('has every sentence filled, and nothing that is none', () => {
    const { subject, text, html } = written(name, language)
    const body = html.slice(html.indexOf('<body>'))
    expect([subject, text, body].join()).not.toMatch(/\{\{|\}\}|undefined|\[object|Invalid/)
    // A key that is missing would stand there as itself.
    expect([subject, text].join()).not.toMatch(/[a-z]\.(intro|subject|action|change|facts)/)
  })

  test('loads nothing and has no code', () => {
    const { html } = written(name, language)
    expect(html).not.toMatch(/<(script|img|link|iframe|object|form)|url\(|@import| src=| on\w+=/i)
  })

  test('is text whatever its values are', () => {
    const hostile = `<script>alert("1")</script>\r\nBcc: eve@example.net\u202e`
    const values = {
      'password-reset': {},
      invitation: { invitedBy: hostile },
      'new-sign-in': { agent: hostile, clientAddress: hostile },
      'lock-out': { agent: hostile },
      'password-changed': { agent: hostile },
      'account-changed': { agent: hostile },
      'test-mail': { requestedBy: hostile },
      'policy-request': { name: hostile, requester: hostile, changes: [hostile] },
      'policy-decision': { answer: hostile, comment: hostile },
      'policy-failure': { name: hostile, comment: hostile },
      'break-glass': { reason: hostile },
      'certificate-expiring': {
        certificates: [
          { address: hostile, uses: ['signing'], notAfter: now.toISOString(), fingerprint: '00' },
        ],
      },
    }[name]
    const { subject, text, html } = written(name, language, { reader: hostile, values })
    expect(html).not.toMatch(/<script|\u202e/)
    expect(html).toContain('&lt;script&gt;')
    expect(text).not.toMatch(/^Bcc|\u202e/m)
    expect(subject).not.toMatch(/[\r\n]/)
  })
})

test.for(LANGUAGES)('M4: a one-time link stands in both forms in %s, with its end', (language) => {
  const link = 'https://mail.example.org/password-reset#a"b&c'
  for (const name of ['password-reset', 'invitation'] as const) {
    const { text, html } = written(name, language, { values: { link } })
    expect(text).toContain(`\n${link}\n`)
    expect(html).toContain(`href="${escapeHtml(link)}"`)
    expect(text).toContain('UTC')
  }
})

test.for(LANGUAGES)('M4: each change of an account is a sentence of its own in %s', (language) => {
  const texts = OTHER_CHANGES.map(
    (change) => written('account-changed', language, { values: { change } }).text,
  )
  expect(new Set(texts).size).toBe(OTHER_CHANGES.length)
})

test('M4: the test mail says which values were tested, and what its reader should see', () => {
  const text = (values: object) => written('test-mail', 'en', { values }).text
  expect(text({ tested: { values: 'saved', version: 3 } })).toContain('version 3, saved')
  expect(text({ tested: { values: 'shown', version: 3 } })).toContain('began as version 3')
  expect(text({ tested: { values: 'shown', version: 0 } })).toContain('never saved')
  expect(text({ protection: 'signed' })).toContain('is signed by hub@example.org')
  expect(text({ protection: 'signed-and-encrypted' })).toContain('that it is encrypted')
  expect(text({ protection: 'none' })).toContain('neither signed nor encrypted')
})

test('M4: certificates that end are counted in the plural of each language', () => {
  const [one] = sampleValues(now)['certificate-expiring'].certificates
  const subject = (language: Reader['language'], more: number) =>
    written('certificate-expiring', language, { values: { certificates: [one], more } }).subject
  expect(subject('en', 0)).toBe('1 certificate of Example & Sons ends soon')
  expect(subject('en', 4)).toBe('5 certificates of Example & Sons end soon')
  expect(subject('fr', 0)).toBe('1 certificat expire bientôt chez Example & Sons')
  expect(subject('ko', 4)).toBe('Example & Sons의 인증서 5개가 곧 만료됩니다')
})
