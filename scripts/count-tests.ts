/** Prints the closing line of a test run from the runner's own JSON report, the one argument. */

import { readFileSync } from 'node:fs'

interface Report {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numFailedTestSuites: number
}

const [path] = process.argv.slice(2)
if (path === undefined) throw new Error('usage: count-tests.ts REPORT.json')
const report = JSON.parse(readFileSync(path, 'utf8')) as Report
const failed = Math.max(report.numFailedTests, report.numFailedTestSuites)
const skipped = report.numPendingTests === 0 ? '' : `, ${report.numPendingTests} skipped`
process.stdout.write(`${report.numPassedTests} passed, ${failed} failed${skipped}\n`)
if (failed > 0 || report.numPassedTests === 0) process.exitCode = 1
