/** The file of settings, `sealpost.yaml`, as it is written: what its values mean is in `config.ts`. */

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { hasNodeCode } from './errors.ts'

const DEFAULT_FILE = 'sealpost.yaml'

/**
 * What the file says, by the settings' names; anything else in it is a mistake. The default file
 * need not be there, a chosen one must.
 */
export function readConfigFile(
  chosen: string | undefined,
  { folder, known, mistakes }: { folder: string; known: readonly string[]; mistakes: string[] },
): { name: string; values: Record<string, unknown> } {
  const name = chosen ?? DEFAULT_FILE
  const nothing = { name, values: {} }
  let text: string
  try {
    text = readFileSync(resolve(folder, name), 'utf8')
  } catch (error) {
    if (chosen === undefined && hasNodeCode(error, 'ENOENT')) return nothing
    mistakes.push(`${name}: cannot be read`)
    return nothing
  }
  const values = parseFile(text)
  if (values === undefined) {
    mistakes.push(`${name}: expected lines such as "http: 127.0.0.1:8080"`)
    return nothing
  }
  for (const key of Object.keys(values)) {
    if (!known.includes(key)) mistakes.push(`${name}: ${key} is no setting`)
  }
  return { name, values }
}

function parseFile(text: string): Record<string, unknown> | undefined {
  try {
    return z.record(z.string(), z.unknown()).parse(parseYaml(text) ?? {})
  } catch {
    // Whether it is no YAML or YAML of something else, the operator has to look.
    return undefined
  }
}
