import { readFileSync } from 'node:fs'

/** The version of this hub, as its package says. */
export function hubVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(text) as { version: string }
  return version
}
