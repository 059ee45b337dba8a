// Runs after `npm ci`: builds the web interface into .cache/web, from where the hub serves it.
// An installation without development packages has nothing to build with; it says so and goes on.
// A build that fails fails the installation: better now than an empty page later.
import { fileURLToPath } from 'node:url'

const vite = await import('vite').catch((/** @type {unknown} */ error) => {
  const isAbsent =
    error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
  if (!isAbsent) throw error
})

if (vite === undefined) {
  process.stderr.write('the web interface is not built: the development packages are absent\n')
} else {
  try {
    await vite.build({
      configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
      logLevel: 'error',
    })
  } catch (error) {
    process.stderr.write(`the web interface could not be built: ${String(error)}\n`)
    process.exitCode = 1
  }
}
