/** Reads arguments and environment, runs one command, and turns what became of it into an exit status. */
export async function main(args: readonly string[]): Promise<void> {
  await Promise.resolve(args)
}
