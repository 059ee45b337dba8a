import { defineConfig } from 'vitest/config'

/** Four groups of tests: beside the code, the whole hub, other people's software, a real browser. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    // Starts a database when the first test asks for one, and only then.
    globalSetup: ['test/support/database-server.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,web,bench}/**/*.test.ts', 'test/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'interop',
          include: ['test/interop/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
