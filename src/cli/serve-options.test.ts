import { expect, test } from 'vitest'
import { settingFacts } from '../base/config.ts'
import { SERVE_OPTIONS } from './serve-options.ts'

test('serve has an option for each setting, and tells of its default', () => {
  expect(SERVE_OPTIONS.map(([flag]) => flag.split(' ')[0])).toEqual(
    settingFacts().map(({ flag }) => flag),
  )
  for (const [at, { shown }] of settingFacts().entries()) {
    expect(SERVE_OPTIONS[at]?.[1]).toContain(`(default ${shown.replaceAll('`', '')})`)
  }
})
