/** Options that take several values, wherever they stand among the arguments. */

import type { Command } from 'commander'

/**
 * Rewrites `--trust a b` to `--trust=a --trust=b`, so that an option of several values can be
 * repeated, be given several at once, and stand before the file a command works on: when nothing else
 * is left to be that file, the last of several values is.
 */
export function spreadOptions(args: readonly string[], command: Command): string[] {
  const spread: string[] = []
  let positionals = 0
  let collecting: { flag: string; values: number } | undefined
  let lastOfSeveral: { at: number; value: string } | undefined
  let isLiteral = false
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? ''
    if (!isLiteral && isOption(arg)) {
      const option = command.options.find((each) => each.long === arg || each.short === arg)
      isLiteral = arg === '--'
      collecting = option?.variadic === true ? { flag: arg, values: 0 } : undefined
      if (collecting !== undefined) continue
      spread.push(arg)
      if (option?.required === true && at + 1 < args.length) {
        at += 1
        spread.push(args[at] ?? '')
      }
    } else if (collecting !== undefined && !isLiteral) {
      collecting.values += 1
      if (collecting.values > 1) lastOfSeveral = { at: spread.length, value: arg }
      spread.push(`${collecting.flag}=${arg}`)
    } else {
      positionals += 1
      spread.push(arg)
    }
  }
  const wanted = command.registeredArguments.filter((argument) => argument.required).length
  if (positionals < wanted && lastOfSeveral !== undefined) {
    spread[lastOfSeveral.at] = lastOfSeveral.value
  }
  return spread
}

/** `-` alone is standard input. */
function isOption(arg: string): boolean {
  return arg.startsWith('-') && arg !== '-'
}
