import { HubError } from '../../base/errors.ts'

/** The number of a version in a path. @throws HubError `policy.version_not_found` */
export function numberOf(text: string | undefined): number {
  if (text !== undefined && /^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new HubError('policy.version_not_found', 'a version has a number from 1 on')
}
