/** Where a page of a list begins. */

import { HubError } from '../../base/errors.ts'

/** `forward`: what follows the identifier in the order of the list; `back`: what precedes it. */
export interface PageCursor {
  readonly towards: 'forward' | 'back'
  readonly id: string
}

export function encodeCursor({ towards, id }: PageCursor): string {
  return `${towards === 'forward' ? 'n' : 'p'}.${id}`
}

/** @throws HubError `usage.invalid` */
export function decodeCursor(text: string): PageCursor {
  const [, letter, id = ''] =
    /^([np])\.([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/.exec(text) ?? []
  if (letter === undefined) throw new HubError('usage.invalid', 'this is no place in a list')
  return { towards: letter === 'n' ? 'forward' : 'back', id }
}
