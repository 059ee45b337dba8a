/**
 * Passwords that everybody tries first (NIST SP 800-63B section 3.1.1.2): with what everybody uses, and
 * with what is known of their owner, taken away, there has to be something left.
 */

import { HubError } from '../base/errors.ts'

/** What must be left of a password without its commonplaces. */
const MIN_LEFT_CHARACTERS = 8

/** Fewer different characters than this is a key held down. */
const MIN_DIFFERENT = 5

/** Shorter words are in everything. */
const MIN_WORD_CHARACTERS = 3

/** What the lists of broken passwords are made of, and what this one would be next. */
const COMMON = [
  'motdepasse',
  'passwort',
  'password',
  'passw',
  'administrator',
  'admin',
  'sealpost',
  'welcome',
  'bienvenue',
  'changeme',
  'letmein',
  'iloveyou',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwerty',
  'qwertz',
  'azerty',
  'abcdefgh',
  '1q2w3e4r5t6z',
  '1q2w3e4r5t6y',
  '1q2w3e4r',
  '1qaz2wsx3edc',
  '01234567890',
  '1234567890',
  '0987654321',
  '123456789',
  '12345678',
  '1234567',
  '123456',
  '12345',
  '1234',
  'monday',
  'summer',
  'winter',
  'spring',
  'autumn',
]

/** What is known of whoever wants a password. */
export interface PasswordOwner {
  readonly address: string
  readonly name: string
  readonly organization: string | undefined
}

/**
 * @throws HubError `password.common`, `password.personal`. Its length is for `hashPassword` to judge.
 */
export function checkFitness(password: string, owner: PasswordOwner): void {
  const text = password.normalize('NFKC').toLowerCase()
  // As it is, and as it reads: `p@ssw0rd`.
  for (const form of [text, unmasked(text)]) {
    if (new Set(form).size < MIN_DIFFERENT || left(form, COMMON) < MIN_LEFT_CHARACTERS) {
      throw new HubError('password.common', 'the password is one that everybody tries first')
    }
    if (left(form, [...COMMON, ...wordsOf(owner)]) < MIN_LEFT_CHARACTERS) {
      throw new HubError(
        'password.personal',
        'the password is made of the address, the name or the organisation',
      )
    }
  }
}

function left(text: string, words: readonly string[]): number {
  let rest = text
  for (const word of words) rest = rest.replaceAll(word, '')
  return [...rest].length
}

function wordsOf({ address, name, organization = '' }: PasswordOwner): string[] {
  const whole = [address, name, organization].map((each) => each.normalize('NFKC').toLowerCase())
  const words = whole.flatMap((each) => [each, ...each.split(/[^\p{L}\p{N}]+/u)])
  const long = words.filter((word) => [...word].length >= MIN_WORD_CHARACTERS)
  return long.sort((a, b) => b.length - a.length)
}

function unmasked(text: string): string {
  const readAs: Record<string, string> = {
    '@': 'a',
    '0': 'o',
    '1': 'i',
    '3': 'e',
    '5': 's',
    $: 's',
  }
  return text.replaceAll(/[@0135$]/g, (character) => readAs[character] ?? character)
}
