import i18next, { type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'

export const LANGUAGES = ['en', 'fr', 'ko'] as const
export type Language = (typeof LANGUAGES)[number]

/** Each language by its own name: whoever looks for theirs cannot read the others. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  fr: 'Français',
  ko: '한국어',
}

const STORED = 'sealpost-language'

export const isLanguage = (text: unknown): text is Language =>
  typeof text === 'string' && (LANGUAGES as readonly string[]).includes(text)

/** What was chosen on this browser, else the first of the browser's languages that we speak. */
export function preferredLanguage(): Language {
  const stored = localStorage.getItem(STORED)
  if (isLanguage(stored)) return stored
  const spoken = navigator.languages.map((tag) => tag.split('-')[0])
  return spoken.find(isLanguage) ?? 'en'
}

/** Shows the page in another language from now on, here and at the next visit of this browser. */
export async function showIn(language: Language): Promise<void> {
  localStorage.setItem(STORED, language)
  await i18next.changeLanguage(language)
}

/** One file for each area and language; each is loaded when a page first needs it. */
const files = import.meta.glob<Record<string, unknown>>('../locales/*/*.json', {
  import: 'default',
})

const loadTexts = {
  type: 'backend' as const,
  init() {
    // Nothing to get ready.
  },
  async read(language: string, area: string): Promise<Record<string, unknown>> {
    const load = files[`../locales/${language}/${area}.json`]
    if (load === undefined) throw new Error(`there are no texts ${area} in ${language}`)
    return load()
  },
}

/** Loads the texts that every page needs, and those of the public pages when one is opened. */
export async function startLanguages({ isPublic }: { isPublic: boolean }): Promise<i18n> {
  const follow = (language: string) => {
    document.documentElement.lang = language
  }
  i18next.on('languageChanged', follow)
  await i18next
    .use(loadTexts)
    .use(initReactI18next)
    .init({
      lng: preferredLanguage(),
      supportedLngs: LANGUAGES,
      // A test sees to it that no text is missing in any language.
      fallbackLng: false,
      ns: ['common', 'errors', ...(isPublic ? ['sign-in'] : [])],
      defaultNS: 'common',
      interpolation: { escapeValue: false },
      returnNull: false,
    })
  return i18next
}
