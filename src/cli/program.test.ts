import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runCommand } from '../../test/support/command.ts'

const folder = mkdtempSync(join(tmpdir(), 'sealpost-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

const message = join(folder, 'message.eml')
writeFileSync(message, 'Content-Type: text/plain\r\n\r\nHello.\r\n')

describe('what stands on the command line', () => {
  test.for([
    { name: '--version', args: ['--version'], out: /^\d+\.\d+\.\d+\n$/ },
    { name: '--help', args: ['--help'], out: /Usage: sealpost/ },
    { name: 'help of a group', args: ['smime', '--help'], out: /Usage: sealpost smime/ },
    { name: 'help of a command', args: ['smime', 'inspect', '--help'], out: /--batch/ },
  ])('$name is answered on standard output with status 0', async ({ args, out }) => {
    const ran = await runCommand(args)
    expect(ran).toMatchObject({ status: 0, err: '' })
    expect(ran.out.toString()).toMatch(out)
  })

  test.for([
    { name: 'nothing', args: [], says: 'a command is missing; commands: ' },
    { name: 'an unknown command', args: ['smile'], says: "unknown command 'smile'" },
    { name: 'a group alone', args: ['smime'], says: 'a command is missing; commands: ' },
    { name: 'no file', args: ['smime', 'inspect'], says: "missing required argument 'file'" },
    { name: 'two files', args: ['smime', 'inspect', 'a', 'b'], says: 'too many arguments' },
    {
      name: 'an unknown option',
      args: ['smime', 'inspect', 'a', '--x'],
      says: "unknown option '--x'",
    },
  ])('$name is wrong usage: status 2, one line on standard error', async ({ args, says }) => {
    const ran = await runCommand(args)
    expect(ran.status).toBe(2)
    expect(ran.out.toString()).toBe('')
    expect(ran.err).toMatch(/^sealpost: [^\n]+ \(usage\.invalid\)\n$/)
    expect(ran.err).toContain(says)
  })

  test('an unreadable file is status 2 and says which and why', async () => {
    const ran = await runCommand(['smime', 'inspect', join(folder, 'none')])
    expect(ran.status).toBe(2)
    expect(ran.err).toContain('none cannot be read: there is no such file or folder')
  })
})

describe('--json', () => {
  test('prints one document', async () => {
    const ran = await runCommand(['smime', 'inspect', message, '--json'])
    expect(ran.status).toBe(0)
    expect(ran.json()).toMatchObject({ message: { type: 'text/plain' } })
  })

  test.for([
    { name: 'wrong usage', args: ['smime', 'inspect'], code: 'usage.invalid' },
    { name: 'a missing file', args: ['smime', 'inspect', '/none'], code: 'file.unreadable' },
  ])('$name is a document too', async ({ args, code }) => {
    const ran = await runCommand([...args, '--json'])
    expect(ran).toMatchObject({ status: 2, err: '' })
    expect(ran.json<{ error: { code: string; message: string } }>().error.code).toBe(code)
  })
})

describe('--batch', () => {
  const batch = async (...lines: string[]) => {
    const ran = await runCommand(['smime', 'inspect', '--batch'], { stdin: lines.join('\n') })
    expect(ran.status).toBe(0)
    const answers = ran.out.toString().trim().split('\n')
    return answers.map((line) => JSON.parse(line) as Record<string, unknown>)
  }

  test('answers one line for each, in order, with its status and id', async () => {
    const answers = await batch(
      JSON.stringify({ id: 'one', file: message }),
      '',
      JSON.stringify({ id: 2, file: '/none' }),
      JSON.stringify({ file: message }),
    )
    expect(answers).toMatchObject([
      { id: 'one', status: 0, message: { type: 'text/plain' } },
      { id: 2, status: 2, error: { code: 'file.unreadable' } },
      { status: 0 },
    ])
  })

  test.for([
    { name: 'no JSON', line: '{', says: 'one JSON object' },
    { name: 'a list', line: '[]', says: 'one JSON object' },
    { name: 'an unknown argument', line: '{"fiel":"x"}', says: 'unknown argument "fiel"' },
    {
      name: 'a batch in the batch',
      line: '{"file":"x","batch":true}',
      says: 'unknown argument "batch"',
    },
    { name: 'an object as a value', line: '{"file":{}}', says: 'takes a text' },
    {
      name: 'an option that looks like a file',
      line: '{"file":"--json"}',
      says: '--json cannot be read',
    },
    { name: 'no file', line: '{}', says: "missing required argument 'file'" },
  ])('$name is the answer of that line alone', async ({ line, says }) => {
    const [answer, next] = await batch(line, JSON.stringify({ file: message }))
    expect(answer).toMatchObject({
      status: 2,
      error: { message: expect.stringContaining(says) as string },
    })
    expect(next).toMatchObject({ status: 0 })
  })
})

describe('the process', () => {
  const main = join(import.meta.dirname, '../main.ts')

  test('a stateless command is done in well under a second', async () => {
    const start = performance.now()
    const child = spawn(process.execPath, [main, 'smime', 'inspect', message])
    const [status] = (await once(child, 'close')) as [number]
    expect(status).toBe(0)
    expect(performance.now() - start).toBeLessThan(1_000)
  })

  test('nothing is printed when nobody reads any more', async () => {
    const child = spawn(process.execPath, [main, 'smime', 'inspect', '--batch'])
    child.stdout.destroy()
    const errors: Buffer[] = []
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
    child.stdin.on('error', () => undefined)
    child.stdin.end(`${JSON.stringify({ file: message })}\n`.repeat(5_000))
    await once(child, 'close')
    expect(Buffer.concat(errors).toString()).toBe('')
  })
})
