import { describe, expect, test } from 'vitest'
import { LANGUAGES } from '../contract/session.ts'
import { NOTIFICATION_NAMES } from '../contract/notifications.ts'
import { openWordings, SENTENCES } from './wording.ts'

const wordings = openWordings()

/** Every sentence by its whole key. */
function sentencesOf(language: keyof typeof SENTENCES): Map<string, string> {
  const found = new Map<string, string>()
  const walk = (value: unknown, path: string) => {
    if (typeof value === 'string') found.set(path, value)
    else for (const [key, inner] of Object.entries(value ?? {})) walk(inner, `${path}.${key}`)
  }
  for (const [key, value] of Object.entries(SENTENCES[language])) walk(value, key)
  return found
}

const FORM = /_(zero|one|two|few|many|other)$/

/** Keys without plural forms, and what those are asked by. */
function keysOf(language: keyof typeof SENTENCES): string[] {
  return [...new Set([...sentencesOf(language).keys()].map((key) => key.replace(FORM, '')))].sort()
}

function placeholdersOf(sentence: string): string[] {
  return [...sentence.matchAll(/\{\{(.*?)\}\}/g)].map((match) => match[1] ?? '').sort()
}

describe.for(LANGUAGES)('M4: the sentences in %s', (language) => {
  const sentences = sentencesOf(language)

  test('are all there, and none too many', () => {
    expect(keysOf(language)).toEqual(keysOf('en'))
    expect(NOTIFICATION_NAMES.filter((name) => !sentences.has(`${name}.subject`))).toEqual(
      sentences.has('certificate-expiring.subject_other') ? ['certificate-expiring'] : [],
    )
  })

  test('have the placeholders of the English ones', () => {
    const english = sentencesOf('en')
    for (const [key, sentence] of sentences) {
      const other = english.get(key) ?? english.get(key.replace(FORM, '_other'))
      expect({ key, placeholders: placeholdersOf(sentence) }).toEqual({
        key,
        placeholders: placeholdersOf(other ?? ''),
      })
    }
  })

  test('have every plural form that the language has', () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted()
    const plural = [...sentences.keys()].filter((key) => FORM.test(key))
    const byKey = Map.groupBy(plural, (key) => key.replace(FORM, ''))
    expect(byKey.size).toBeGreaterThan(0)
    for (const [key, found] of byKey) {
      const has = found.map((each) => FORM.exec(each)?.[1] ?? '').toSorted()
      expect({ key, has }).toEqual({ key, has: forms })
    }
  })

  test('are calm: no exclamation mark, no double space, no space at either end', () => {
    for (const [key, sentence] of sentences) {
      expect(`${key}: ${sentence}`).not.toMatch(/!| {2}/)
      expect(sentence).toBe(sentence.trim())
    }
  })
})

test('M4: French keeps its marks on the line of the word before them', () => {
  for (const sentence of sentencesOf('fr').values()) {
    expect(sentence).not.toMatch(/ [:;?!»]|« |[^\u00a0\d:]:(?!\/\/)/)
  }
})

test('M4: moments and days are in the language of the reader, and name their zone', () => {
  const at = new Date('2026-11-21T20:05:00Z')
  const written = LANGUAGES.map((language) => wordings[language].moment(at))
  expect(written).toEqual([
    'November 21, 2026 at 20:05 UTC',
    '21 novembre 2026 à 20:05 UTC',
    '2026년 11월 21일 20:05 UTC',
  ])
  const inTwelve = new Date(at.getTime() + 12.5 * 86_400_000)
  expect(LANGUAGES.map((language) => wordings[language].inDays(inTwelve, at))).toEqual([
    'in 12 days',
    'dans 12 jours',
    '12일 후',
  ])
  expect(wordings.en.inDays(at, at)).toBe('today')
})

test('M4: a value cannot bring placeholders, sentences or line ends of its own', () => {
  const say = (name: string) => wordings.en.say('greeting', { name, organization: 'secret' })
  expect(say('{{organization}}')).toBe('Hello {{organization}},')
  expect(say('$t(footer)')).toBe('Hello $t(footer),')
  expect(say('A\r\nBcc: x@example.org')).toBe('Hello A Bcc: x@example.org,')
  expect(say('A\u202eB')).toBe('Hello AB,')
  expect(say('x'.repeat(1000)).length).toBeLessThan(220)
})
