/**
 * The command line: finds the command, runs it, and turns what became of it into words and an exit
 * status. One file per group of commands; none of them is allowed to print or to exit.
 */

import { Command, CommanderError } from 'commander'
import { asHubError } from '../base/errors.ts'
import { hubVersion } from '../base/version.ts'
import { batchAnswers } from './batch.ts'
import { type CommandGroup, type Runner, usageError } from './commands.ts'
import { addHubCommands } from './hub-commands.ts'
import { addRegistryCommands } from './registry-commands.ts'
import {
  documentOf,
  errorDocument,
  errorLine,
  type ExitStatus,
  type Reply,
  statusOf,
  tellPerson,
  write,
} from './reply.ts'
import { addSmimeCommands } from './smime-commands.ts'
import { spreadOptions } from './spread.ts'
import type { Surroundings } from './surroundings.ts'

/** In the order in which the help lists them. */
const GROUPS: readonly CommandGroup[] = [addSmimeCommands, addRegistryCommands, addHubCommands]

/** Runs one command and writes its answer. Never throws. */
export async function runProgram(
  args: readonly string[],
  surroundings: Surroundings,
): Promise<ExitStatus> {
  const isJson = args.includes('--json')
  try {
    if (isBatch(args)) return await runBatch(args, surroundings)
    const reply = await execute(args, surroundings)
    if (!isJson || isTextOnly(reply)) return await tellPerson(reply, surroundings)
    await write(surroundings.stdout, `${JSON.stringify(await documentOf(reply))}\n`)
    return statusOf(reply)
  } catch (error) {
    if (isJson) await write(surroundings.stdout, `${JSON.stringify(errorDocument(error))}\n`)
    else await write(surroundings.stderr, `${errorLine(error)}\n`)
    return asHubError(error).answer.exit
  }
}

/** Each line of standard input is a command of its own; what is wrong with one is its answer. */
async function runBatch(args: readonly string[], surroundings: Surroundings): Promise<ExitStatus> {
  const shared = args.filter((arg) => arg !== '--batch' && arg !== '--json')
  const { leaf, names } = findCommand(buildProgram().program, shared)
  const options = shared.slice(names.length)
  for await (const answer of batchAnswers(surroundings.stdin, leaf, (own) =>
    execute([...names, ...options, ...own], surroundings),
  )) {
    await write(surroundings.stdout, `${JSON.stringify(answer)}\n`)
  }
  return 0
}

/** Runs one command and gives its reply. @throws HubError whatever the command does, `usage.invalid` */
async function execute(args: readonly string[], surroundings: Surroundings): Promise<Reply> {
  let reply: Reply | undefined
  let printed = ''
  const run: Runner = {
    action:
      (work) =>
      async (...called) => {
        const command = called.at(-1) as Command
        const options = command.opts()
        const order = {
          files: command.args,
          options: options as never,
          isJson: args.includes('--json'),
        }
        reply = await work(order, surroundings)
      },
  }
  const { program } = buildProgram(run, (text) => (printed += text))
  const { leaf, names } = findCommand(program, args)
  const spread = [...names, ...spreadOptions(args.slice(names.length), leaf)]
  try {
    await program.parseAsync(spread, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help and version, when asked for, are answers; help for want of a command is not.
    if (error.exitCode === 0) return textReply(printed)
    throw usageError(usageMessage(error, leaf, names))
  }
  return reply ?? textReply(printed)
}

function buildProgram(
  run: Runner = { action: () => () => Promise.resolve() },
  print: (text: string) => void = () => undefined,
): { program: Command } {
  const program = new Command('sealpost')
    .description('Signs, encrypts and delivers mail (S/MIME).')
    .version(hubVersion(), '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand(false)
    .configureOutput({ writeOut: print, writeErr: print, outputError: () => undefined })
    .exitOverride()
  for (const addGroup of GROUPS) addGroup(program, run)
  return { program }
}

/** Walks down the names of commands: `smime verify …`. */
function findCommand(
  program: Command,
  args: readonly string[],
): { leaf: Command; names: readonly string[] } {
  let leaf = program
  let depth = 0
  for (const arg of args) {
    const next = leaf.commands.find((command) => command.name() === arg)
    if (next === undefined) break
    leaf = next
    depth += 1
  }
  return { leaf, names: args.slice(0, depth) }
}

function isBatch(args: readonly string[]): boolean {
  if (!args.includes('--batch') || args.includes('--help')) return false
  const { leaf } = findCommand(buildProgram().program, args)
  return leaf.options.some((option) => option.long === '--batch')
}

function textReply(text: string): Reply {
  return { isYes: true, json: {}, lines: text.replace(/\n$/, '').split('\n') }
}

/** Help and version are text, with `--json` too. */
function isTextOnly(reply: Reply): boolean {
  return Object.keys(reply.json).length === 0
}

function usageMessage(error: CommanderError, leaf: Command, names: readonly string[]): string {
  const said = error.message
    .replace(/^error: /, '')
    .replace(/^\(outputHelp\)$/, 'a command is missing')
  const path = ['sealpost', ...names].join(' ')
  const commands = leaf.commands.map((command) => command.name()).join(', ')
  const choice = commands === '' ? '' : `; commands: ${commands}`
  return `${said.replace(/\.$/, '')}${choice}; see ${path} --help`
}
