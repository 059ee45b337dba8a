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
const { useCompileCache } = await import('./compile-cache.js')
useCompileCache()
const { main } = await import('../src/main.ts')
await main(process.argv.slice(2))
