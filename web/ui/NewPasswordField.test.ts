import { expect, test } from 'vitest'
import { strengthOf } from './NewPasswordField.tsx'

test.for([
  ['', 'short'],
  ['elevenchars', 'short'],
  ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'weak'],
  ['twelve chars', 'fair'],
  ['correct horse battery', 'good'],
  ['correct horse battery staple', 'strong'],
  ['암호는길수록좋습니다네', 'short'],
  // Both forms of a letter count as one.
  ['e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301', 'short'],
] as const)('%j is %s', ([password, strength]) => {
  expect(strengthOf(password)).toBe(strength)
})
