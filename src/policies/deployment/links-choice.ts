/** Which links a deployment restores: all of the version, those to some targets, or none. */

import { z } from 'zod'
import { LinkTarget, type PolicyLinks } from '../links/links.ts'

/** `none`: production keeps the links that it has. */
export const LinksChoice = z.union([
  z.literal('all'),
  z.literal('none'),
  z.array(LinkTarget).max(200).readonly(),
])

export type LinksChoice = z.infer<typeof LinksChoice>

/** To a target that was not chosen production keeps the link that it has, if any. */
export function chosenLinks(
  choice: LinksChoice,
  { version, production }: { version: PolicyLinks; production: PolicyLinks },
): PolicyLinks {
  if (choice === 'all') return version
  if (choice === 'none') return production
  return [
    ...version.filter(({ target }) => choice.includes(target)),
    ...production.filter(({ target }) => !choice.includes(target)),
  ]
}
