/** Texts that the pages of e-mail put together at run time: none is missing in any language. */

import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { MAIL_CAUSE_CODES, MAIL_HELPS, helpOf } from '../src/contract/mail-causes.ts'
import {
  MAIL_ENCRYPTIONS,
  MAIL_ISSUES,
  MAIL_NOTICES,
  MAIL_PROVIDERS,
  MAIL_TYPES,
  MAIL_WARNINGS,
} from '../src/contract/mail-configuration.ts'
import { MICROSOFT_CLOUDS, NEW_MAIL_CONFIGURATION } from '../src/contract/new-mail-configuration.ts'
import { MAIL_FACTS, MAIL_STAGE_NAMES } from '../src/contract/mail-stages.ts'

const LANGUAGES = ['en', 'fr', 'ko'] as const
const locales = resolve(import.meta.dirname, '../web/locales')

interface Texts {
  readonly [key: string]: string | Texts
}

const textsOf = (language: string, area: string) =>
  JSON.parse(readFileSync(join(locales, language, `${area}.json`), 'utf8')) as Texts

const has = (texts: Texts, key: string) =>
  typeof key
    .split('.')
    .reduce<string | Texts | undefined>(
      (at, part) => (typeof at === 'object' ? at[part] : undefined),
      texts,
    ) === 'string'

test.for(LANGUAGES)('M2: every cause says what it means and what to do, in %s', (language) => {
  const texts = textsOf(language, 'mail-causes')
  const missing = MAIL_CAUSE_CODES.filter(
    (code) => !has(texts, `${helpOf(code)}.meaning`) || !has(texts, `${helpOf(code)}.remedy`),
  )
  expect(missing).toEqual([])
  expect(Object.keys(texts).sort()).toEqual([...MAIL_HELPS].sort())
})

test.for(LANGUAGES)('M1: every field, choice, mistake and warning has words in %s', (language) => {
  const texts = textsOf(language, 'mail')
  const fields = [
    ...Object.keys(NEW_MAIL_CONFIGURATION.smtp),
    ...Object.keys(NEW_MAIL_CONFIGURATION.microsoft),
    ...Object.keys(NEW_MAIL_CONFIGURATION['smtp-oauth'].microsoft),
    ...Object.keys(NEW_MAIL_CONFIGURATION['smtp-oauth']['google-refresh-token']),
  ]
  const keys = [
    ...fields.map((name) => `field.${name}`),
    ...MAIL_TYPES.flatMap((type) => [`type.${type}.label`, `type.${type}.help`]),
    ...MAIL_PROVIDERS.flatMap((each) => [`provider.${each}.label`, `provider.${each}.help`]),
    ...MAIL_ENCRYPTIONS.flatMap((each) => [`encryption.${each}.label`, `encryption.${each}.help`]),
    ...Object.keys(MICROSOFT_CLOUDS).map((cloud) => `cloud.${cloud}`),
    ...MAIL_ISSUES.map((code) => code.replace(/^field/, 'issue')),
    ...MAIL_WARNINGS.map((code) => `warning.${code}`),
    ...MAIL_STAGE_NAMES.map((name) => `stage.${name}`),
    ...MAIL_FACTS.map((name) => `fact.${name}`),
  ]
  expect(keys.filter((key) => !has(texts, key))).toEqual([])
})

test.for(LANGUAGES)('M1: every notice about e-mail has words in %s', (language) => {
  const texts = textsOf(language, 'common')
  const keys = MAIL_NOTICES.flatMap((code) => [`notices.${code}`, `remedies.${code}`])
  expect(keys.filter((key) => !has(texts, key))).toEqual([])
})
