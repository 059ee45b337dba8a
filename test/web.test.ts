import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const web = join(root, 'web')
const LANGUAGES = ['en', 'fr', 'ko'] as const

const sources = globSync('**/*.{ts,tsx}', { cwd: web })
  .filter((file) => !file.endsWith('.d.ts'))
  .map((file) => join(web, file))
const named = (file: string) => relative(root, file)

/** All texts of one file by their whole key, `list.selected_one`. */
function textsOf(language: string, area: string): Map<string, string> {
  const texts = new Map<string, string>()
  const collect = (value: unknown, prefix: string) => {
    for (const [key, inner] of Object.entries(value as Record<string, unknown>)) {
      if (typeof inner === 'string') texts.set(prefix + key, inner)
      else collect(inner, `${prefix}${key}.`)
    }
  }
  const file = join(web, 'locales', language, `${area}.json`)
  if (existsSync(file)) collect(JSON.parse(readFileSync(file, 'utf8')), '')
  return texts
}

const areas = [
  ...new Set(globSync('locales/*/*.json', { cwd: web }).map((file) => basename(file, '.json'))),
].sort()

const PLURAL = /_(zero|one|two|few|many|other)$/

/** Keys without their plural form, each with the forms that are there. */
function formsOf(texts: Map<string, string>, area: string): Map<string, string[]> {
  const forms = new Map<string, string[]>()
  for (const key of texts.keys()) {
    const found = PLURAL.exec(key)?.[1]
    // Every language has the form "other"; codes of errors such as `policy.held_by_other` have none.
    const isPlural =
      area !== 'errors' && found !== undefined && texts.has(key.replace(PLURAL, '_other'))
    const form = isPlural ? found : undefined
    const base = form === undefined ? key : key.slice(0, -form.length - 1)
    forms.set(base, [...(forms.get(base) ?? []), ...(form === undefined ? [] : [form])])
  }
  return forms
}

const placeholders = (text: string) =>
  [...new Set([...text.matchAll(/\{\{\s*([\w.]+)/g)].map(([, name]) => name))].sort()

describe.each(areas)('texts of %s', (area) => {
  const english = formsOf(textsOf('en', area), area)

  test.for(['fr', 'ko'])('are all there in %s, and no more', (language) => {
    expect([...formsOf(textsOf(language, area), area).keys()].sort()).toEqual(
      [...english.keys()].sort(),
    )
  })

  test.for(LANGUAGES)('have every plural form of %s', (language) => {
    const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories
    const wrong = [...formsOf(textsOf(language, area), area)]
      .filter(([base]) => (english.get(base) ?? []).length > 0)
      .filter(([, forms]) => forms.sort().join() !== [...wanted].sort().join())
      .map(([base, forms]) => `${base}: ${forms.join()}`)
    expect(wrong).toEqual([])
  })

  test.for(['fr', 'ko'])('name the same placeholders in %s', (language) => {
    const texts = textsOf('en', area)
    const wrong = [...textsOf(language, area)]
      .map(([key, text]) => {
        const own = texts.get(key) ?? texts.get(key.replace(PLURAL, '_other')) ?? ''
        return { key, own: placeholders(own), other: placeholders(text) }
      })
      // A form for exactly one may say the number in words.
      .filter(({ own, other }) => own.join() !== other.join())
      .map(({ key, own, other }) => `${key}: ${own.join()} and ${other.join()}`)
    expect(wrong).toEqual([])
  })

  test('have no empty text, and in French no ordinary space before : ; ? !', () => {
    const empty = LANGUAGES.flatMap((language) =>
      [...textsOf(language, area)].filter(([, text]) => text.trim() === '').map(([key]) => key),
    )
    const breaking = [...textsOf('fr', area)]
      .filter(([, text]) => / [:;?!»]|« /.test(text))
      .map(([key]) => key)
    expect({ empty, breaking }).toEqual({ empty: [], breaking: [] })
  })
})

const parse = (file: string) =>
  ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)

function walk(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node)
  node.forEachChild((child) => walk(child, see))
}

/** Attributes whose text somebody reads or hears. */
const READ = new Set(
  'label title placeholder aria-label aria-description alt description help purpose submit'.split(
    ' ',
  ),
)

/** Names of products and the like are the same everywhere. */
const SAME_EVERYWHERE = new Set(['Sealpost'])

const hasWords = (text: string) => /\p{L}{2}/u.test(text) && !SAME_EVERYWHERE.has(text.trim())

/** String literals that an attribute's expression can become. */
function literalsOf(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isJsxExpression(node) && node.expression) return literalsOf(node.expression)
  if (ts.isConditionalExpression(node)) {
    return [...literalsOf(node.whenTrue), ...literalsOf(node.whenFalse)]
  }
  if (ts.isTemplateExpression(node)) {
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]
  }
  return []
}

test('no text that somebody reads stands in the code', () => {
  const found: string[] = []
  for (const file of sources.filter((each) => each.endsWith('.tsx'))) {
    const source = parse(file)
    const report = (node: ts.Node, text: string) => {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart())
      found.push(`${named(file)}:${line + 1} ${text.trim()}`)
    }
    walk(source, (node) => {
      if (ts.isJsxText(node) && hasWords(node.text)) report(node, node.text)
      if (
        ts.isJsxExpression(node) &&
        (ts.isJsxElement(node.parent) || ts.isJsxFragment(node.parent))
      ) {
        for (const text of literalsOf(node)) if (hasWords(text)) report(node, text)
      }
      if (ts.isJsxAttribute(node) && node.initializer && READ.has(node.name.getText())) {
        for (const text of literalsOf(node.initializer)) if (hasWords(text)) report(node, text)
      }
    })
  }
  expect(found).toEqual([])
})

test('every text that the code names exists', () => {
  const missing: string[] = []
  const known = new Map(areas.map((area) => [area, formsOf(textsOf('en', area), area)]))
  for (const file of sources) {
    const source = parse(file)
    const spoken = new Set<string>()
    walk(source, (node) => {
      if (!ts.isCallExpression(node) || node.expression.getText() !== 'useTranslation') return
      const [area] = node.arguments
      if (area === undefined) spoken.add('common')
      else
        for (const text of ts.isArrayLiteralExpression(area) ? area.elements : [area]) {
          if (ts.isStringLiteralLike(text)) spoken.add(text.text)
        }
    })
    for (const area of spoken) if (!known.has(area)) missing.push(`${named(file)}: ${area}.json`)
    walk(source, (node) => {
      if (!ts.isCallExpression(node) || node.expression.getText() !== 't') return
      for (const key of node.arguments.slice(0, 1).flatMap(ownLiteralsOf)) {
        const [area, own] = key.includes(':') ? key.split(':', 2) : [undefined, key]
        const places = area === undefined ? [...spoken] : [area]
        if (!places.some((place) => known.get(place)?.has(own ?? ''))) {
          missing.push(`${named(file)}: ${key}`)
        }
      }
    })
  }
  expect(missing).toEqual([])
})

/** Whole keys: those put together of parts are not looked at. */
function ownLiteralsOf(node: ts.Node): string[] {
  if (ts.isTemplateExpression(node)) return []
  return literalsOf(node)
}

test('every page has a name in the menu', () => {
  const texts = textsOf('en', 'common')
  const pages = readFileSync(join(web, 'app/pages.ts'), 'utf8')
  const names = [...pages.matchAll(/^ {4}name: '([^']+)'/gm)].map(([, name]) => name ?? '')
  expect(names.filter((name) => !texts.has(`pages.${name}`))).toEqual([])
})

test('web imports only itself, packages and the contract', () => {
  const wrong: string[] = []
  for (const file of sources) {
    for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
      if (fileName.startsWith('node:')) wrong.push(`${named(file)} imports ${fileName}`)
      if (!fileName.startsWith('.')) continue
      const target = relative(root, resolve(dirname(file), fileName))
      if (!target.startsWith('web/') && !target.startsWith('src/contract/')) {
        wrong.push(`${named(file)} imports ${fileName}`)
      }
    }
  }
  expect(wrong).toEqual([])
})

test('what is shared knows nothing of the areas, and components nothing of data', () => {
  const LAYERS = ['api', 'ui', 'app']
  const wrong: string[] = []
  for (const file of sources) {
    const [, from = ''] = named(file).split('/')
    for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
      if (!fileName.startsWith('.')) continue
      const target = relative(root, resolve(dirname(file), fileName))
      const [top, to = ''] = target.split('/')
      if (top !== 'web' || !LAYERS.includes(from)) continue
      const isUpward = LAYERS.indexOf(to) > LAYERS.indexOf(from)
      const isArea = !LAYERS.includes(to) && from !== 'app'
      const isData = from === 'ui' && target === 'web/api/data.ts'
      if (isUpward || isArea || isData) wrong.push(`${named(file)} imports ${fileName}`)
    }
  }
  expect(wrong).toEqual([])
})

test('the styles of every Mantine component that is used are loaded', () => {
  const styles = readFileSync(join(web, 'app/mantine.css'), 'utf8')
  const used = new Set<string>()
  for (const file of sources) {
    const text = readFileSync(file, 'utf8')
    for (const [, names = ''] of text.matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)) {
      for (const name of names.split(',')) used.add(name.trim().split(' ')[0] ?? '')
    }
  }
  const folder = join(root, 'node_modules/@mantine/core/styles')
  const missing = [...used]
    .filter((name) => name !== '' && existsSync(join(folder, `${name}.css`)))
    .filter((name) => !styles.includes(`/${name}.css'`))
  expect(missing).toEqual([])
})

test('no page uses a colour that the build takes out of the style sheet', () => {
  const config = readFileSync(join(root, 'vite.config.ts'), 'utf8')
  const colours = /mantine-color-\((\w+(?:\|\w+)+)\)/.exec(config)?.[1]
  const used = new RegExp(`(color|c|bg)=["'{ ]+(${colours})\\b|mantine-color-(${colours})`)
  const files = [...sources, ...globSync('**/*.css', { cwd: web }).map((file) => join(web, file))]
  expect(colours?.split('|')).toHaveLength(9)
  expect(files.filter((file) => used.test(readFileSync(file, 'utf8')))).toEqual([])
})
