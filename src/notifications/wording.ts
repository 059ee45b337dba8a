/** The hub's words in the languages of its readers: sentences from `locales/`, dates by `Intl`. */

import i18next, { type i18n } from 'i18next'
import { type Language, LANGUAGES } from '../contract/session.ts'
import en from './locales/en.json' with { type: 'json' }
import fr from './locales/fr.json' with { type: 'json' }
import ko from './locales/ko.json' with { type: 'json' }

/** Every sentence, by language. */
export const SENTENCES = { en, fr, ko } as const satisfies Record<Language, object>

/** What a placeholder is filled with; `count` chooses the plural form. */
export type Fillings = Readonly<Record<string, string | number>>

/** Longest value of a stranger in a sentence, such as the name of a browser. */
const MAX_FILLING_CHARACTERS = 200

const DAY_MS = 86_400_000

/** The words of one language. */
export interface Wording {
  readonly language: Language
  /** A sentence with its placeholders filled. */
  readonly say: (key: string, fillings?: Fillings) => string
  /** `November 21, 2026 at 20:50 UTC`: every reader is told the zone. */
  readonly moment: (at: Date) => string
  /** `November 21, 2026`, in UTC. */
  readonly day: (at: Date) => string
  /** `in 12 days`, whole days rounded down; `today` for less than one. */
  readonly inDays: (at: Date, now: Date) => string
  /** `signing and encryption`. */
  readonly list: (words: readonly string[]) => string
  /** A value as `say` fills it in, where it stands alone. */
  readonly tame: (value: string) => string
}

/** Reads the sentences of all languages, once. */
export function openWordings(): Readonly<Record<Language, Wording>> {
  const instance = i18next.createInstance()
  void instance.init({
    resources: Object.fromEntries(
      LANGUAGES.map((language) => [language, { translation: SENTENCES[language] }]),
    ),
    lng: 'en',
    // A sentence of another language would be worse than a test that fails.
    fallbackLng: false,
    initAsync: false,
    interpolation: { escapeValue: false, skipOnVariables: true },
  })
  return {
    en: wordingOf(instance, 'en'),
    fr: wordingOf(instance, 'fr'),
    ko: wordingOf(instance, 'ko'),
  }
}

function wordingOf(instance: i18n, language: Language): Wording {
  const translate = instance.getFixedT(language)
  const moments = new Intl.DateTimeFormat(language, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'UTC',
    timeZoneName: 'short',
  })
  const days = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const lists = new Intl.ListFormat(language, { type: 'conjunction' })
  return {
    language,
    say: (key, fillings = {}) =>
      translate(
        key,
        Object.fromEntries(
          Object.entries(fillings).map(([name, value]) => [
            name,
            typeof value === 'number' ? value : tame(value),
          ]),
        ),
      ),
    moment: (at) => moments.format(at),
    day: (at) => days.format(at),
    inDays: (at, now) =>
      relative.format(Math.floor((at.getTime() - now.getTime()) / DAY_MS), 'day'),
    list: (words) => lists.format(words),
    tame,
  }
}

/**
 * A value as it may stand in a sentence: in one line, of bounded length, and without the marks that
 * turn the direction of what follows.
 */
function tame(value: string): string {
  const oneLine = value
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .trim()
  const characters = [...oneLine]
  if (characters.length <= MAX_FILLING_CHARACTERS) return oneLine
  return `${characters.slice(0, MAX_FILLING_CHARACTERS - 1).join('')}…`
}
