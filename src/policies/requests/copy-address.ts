import { parseOwnAddress } from '../../accounts/address.ts'

/** Where a copy of a request goes; empty for nobody. @throws HubError `address.malformed` */
export function parseCopyAddress(text: string): string {
  const trimmed = text.trim()
  return trimmed === '' ? '' : parseOwnAddress(trimmed).address
}
