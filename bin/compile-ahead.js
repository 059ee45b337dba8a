// Runs after `npm ci`: compiles everything once, so that the first command starts like any other.
// An older Node cannot run the hub, and is told so when it is asked to.
if (Number(process.versions.node.split('.')[0]) >= 24) {
  const { globSync } = await import('node:fs')
  const { useCompileCache } = await import('./compile-cache.js')
  const src = new URL('../src/', import.meta.url)
  useCompileCache()
  try {
    for (const file of globSync('**/*.ts', { cwd: src })) {
      if (!file.endsWith('.test.ts')) await import(new URL(file, src).href)
    }
  } catch {
    // An installation is not to fail for want of speed: what is wrong shows when it is used.
  }
}
