/** `--batch`: one JSON object of arguments a line, one JSON answer a line, in the same order. */

import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Command, Option } from 'commander'
import { asHubError } from '../base/errors.ts'
import { usageError } from './commands.ts'
import { documentOf, errorDocument, type JsonObject, type Reply, statusOf } from './reply.ts'

/** Longest line that is read; arguments are paths and flags. */
const MAX_LINE_CHARACTERS = 1024 * 1024

/**
 * Answers every line. An answer is what `--json` gives, with the exit status the command would have
 * had as `status`, and the line's own `id`, if it has one. Empty lines are passed over.
 */
export async function* batchAnswers(
  input: Readable,
  command: Command,
  run: (args: readonly string[]) => Promise<Reply>,
): AsyncGenerator<JsonObject, void, undefined> {
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line.trim() === '') continue
    let id: JsonObject = {}
    try {
      const { id: own, ...values } = parseLine(line)
      if (own !== undefined) id = { id: own }
      const reply = await run(argumentsOf(values, command))
      yield { ...id, status: statusOf(reply), ...(await documentOf(reply)) }
    } catch (error) {
      yield { ...id, status: asHubError(error).answer.exit, ...errorDocument(error) }
    }
  }
}

function parseLine(line: string): JsonObject {
  if (line.length > MAX_LINE_CHARACTERS) throw usageError('a batch line has at most 1 MB')
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    // Which character it was says less than what was expected.
    throw usageError('a batch line is one JSON object of arguments')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw usageError('a batch line is one JSON object of arguments')
  }
  return { ...value }
}

/** The arguments as they would stand on the command line. Names may have dashes or not. */
function argumentsOf(values: JsonObject, command: Command): string[] {
  const args: string[] = []
  const positionals: string[][] = []
  for (const [name, value] of Object.entries(values)) {
    const place = command.registeredArguments.findIndex((argument) => argument.name() === name)
    if (place < 0) args.push(...optionArguments(findOption(command, name), name, value))
    else positionals[place] = textsOf(name, value)
  }
  return positionals.length === 0 ? args : [...args, '--', ...positionals.flat()]
}

function findOption(command: Command, name: string): Option {
  const option = command.options.find(
    (each) => each.attributeName() === name || each.long === `--${name}`,
  )
  const isForLines = option !== undefined && !['--batch', '--json'].includes(option.long ?? '')
  if (!isForLines) throw usageError(`unknown argument ${JSON.stringify(name)}`)
  return option
}

function optionArguments(option: Option, name: string, value: unknown): string[] {
  const flag = option.long ?? `--${name}`
  if (typeof value !== 'boolean') return textsOf(name, value).map((text) => `${flag}=${text}`)
  if (option.required) throw usageError(`argument ${JSON.stringify(name)} takes a text`)
  // `--no-x` is there under the name x, and true by default.
  const isGiven = option.negate && option.long !== `--${name}` ? !value : value
  return isGiven ? [flag] : []
}

function textsOf(name: string, value: unknown): string[] {
  const texts: unknown[] = Array.isArray(value) ? value : [value]
  return texts.map((text) => {
    if (typeof text === 'string') return text
    if (typeof text === 'number') return String(text)
    throw usageError(`argument ${JSON.stringify(name)} takes a text, or several as a list`)
  })
}
