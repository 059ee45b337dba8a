/**
 * How a group of commands is declared.
 *
 * A group's file declares names, arguments and options, and imports nothing but commander and this:
 * what does the work is imported when a command is run, so that every command starts fast.
 */

import type { Command } from 'commander'
import { HubError } from '../base/errors.ts'
import type { Reply } from './reply.ts'
import type { Surroundings } from './surroundings.ts'

/** Adds its commands to the program. */
export type CommandGroup = (program: Command, run: Runner) => void

/** Takes what a command's action was called with, and runs its work. */
export interface Runner {
  /** Makes the action of a command from its work. */
  action<Options>(work: Work<Options>): (...called: unknown[]) => Promise<void>
}

/** Does what a command is for. */
export type Work<Options> = (order: Order<Options>, surroundings: Surroundings) => Promise<Reply>

/** What was asked for. */
export interface Order<Options> {
  /** The arguments that are no options, in order. */
  readonly files: readonly string[]
  readonly options: Options
  /** True when the answer is one JSON document: content must not be written past it. */
  readonly isJson: boolean
}

/** Adds `--json`. */
export function withJson(command: Command): Command {
  return command.option('--json', 'answer with one JSON document')
}

/** Adds `--json` and `--batch`, which every stateless command has. */
export function withBatch(command: Command): Command {
  return withJson(command).option(
    '--batch',
    'read one JSON object of arguments a line on standard input ({"file": …, "trust": […]}), answer one a line',
  )
}

/** A command used in another way than it is declared. */
export function usageError(message: string): HubError {
  return new HubError('usage.invalid', message)
}
