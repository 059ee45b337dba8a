import { brotliCompress, constants, gzip } from 'node:zlib'
import { promisify } from 'node:util'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Where the hub finds the interface. */
const OUT = join(import.meta.dirname, '.cache/web')

/** Below this a compressed copy saves nothing worth a file. */
const MIN_COMPRESSED_BYTES = 512

/**
 * Puts `.br` and `.gz` beside every text file of the build, so that the hub compresses nothing
 * while somebody waits. Not beside index.html: the hub writes a nonce into each copy of it.
 */
function precompress(): Plugin {
  return {
    name: 'sealpost:precompress',
    apply: 'build',
    async writeBundle() {
      const names = await readdir(OUT, { recursive: true })
      for (const name of names.filter((each) => /\.(js|css|svg|json)$/.test(each))) {
        const path = join(OUT, name)
        const content = await readFile(path)
        if (content.byteLength < MIN_COMPRESSED_BYTES) continue
        const params = {
          [constants.BROTLI_PARAM_QUALITY]: 9,
          [constants.BROTLI_PARAM_SIZE_HINT]: content.byteLength,
        }
        await writeFile(`${path}.br`, await promisify(brotliCompress)(content, { params }))
        await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }))
      }
    },
  }
}

/**
 * Shapes describe themselves as JSON Schema on the hub only. In the browser what makes it would be a
 * tenth of all code.
 */
function withoutJsonSchema(): Plugin {
  return {
    name: 'sealpost:without-json-schema',
    apply: 'build',
    transform(code, id) {
      if (!/zod\/v4\/core\/(to-json-schema|json-schema-processors)\.js$/.test(id)) return
      const names = [...code.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name)
      return {
        code: names.map((name) => `export const ${name} = () => undefined`).join('\n'),
        map: null,
      }
    },
  }
}

/** Colours of Mantine's that no page uses: `test/web.test.ts` holds that. */
const UNUSED_COLOUR = /^--mantine-color-(cyan|grape|green|indigo|lime|orange|pink|violet|yellow)-/

/** Takes them out of its style sheet, where each stands in 38 shades. */
const withoutUnusedColours = {
  postcssPlugin: 'sealpost:without-unused-colours',
  Declaration(declaration: { readonly prop: string; remove(): unknown }) {
    if (UNUSED_COLOUR.test(declaration.prop)) declaration.remove()
  },
}

/** Pieces that pages share are named after all of these pages, which nobody wants to read. */
const shortened = (name: string) => name.split('~')[0]?.replace(/\.\w+$/, '') ?? ''

/** The hub that `npm run web:dev` shows; `SEALPOST_HUB` names another. */
const hub = process.env.SEALPOST_HUB ?? 'http://127.0.0.1:8080'

export default defineConfig({
  root: join(import.meta.dirname, 'web'),
  plugins: [react(), withoutJsonSchema(), precompress()],
  publicDir: false,
  css: { postcss: { plugins: [withoutUnusedColours] } },
  resolve: {
    alias: [{ find: /^zod$/, replacement: join(import.meta.dirname, 'web/api/zod.ts') }],
  },
  // The hub puts a fresh value in its place with every page; the policy knows the same value.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: 'es2023',
    // Inlined files would be `data:` addresses, which the content security policy does not allow.
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // Pieces may need one another: each module still runs after those that it needs.
        strictExecutionOrder: true,
        chunkFileNames: ({ name }) => `assets/${shortened(name)}-[hash].js`,
        assetFileNames: ({ names: [name = ''] }) => `assets/${shortened(name)}-[hash][extname]`,
        // Few files instead of one for each shared module: what the first page needs in one, what
        // most pages share in another, what some share in pieces that are worth a request.
        codeSplitting: {
          groups: [
            { name: 'first', tags: ['$initial'], priority: 2 },
            {
              name: 'frame',
              minShareCount: 10,
              includeDependenciesRecursively: false,
              priority: 1,
            },
            {
              name: 'shared',
              minShareCount: 2,
              includeDependenciesRecursively: false,
              entriesAware: true,
              entriesAwareMergeThreshold: 2_000,
            },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': hub, '/readyz': hub } },
})
