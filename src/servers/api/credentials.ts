/** What an Authorization header says (RFC 9110 section 11.6.2). Nothing is checked here. */

export interface Credentials {
  readonly user: string
  readonly secret: string
  /** Of an API token of an account: `Bearer spt_ID.SECRET`. */
  readonly tokenId?: string
}

const TOKEN_PREFIX = 'spt_'

/** More is no credential of ours. */
const MAX_CHARACTERS = 4096

/**
 * User and secret from `Basic` (RFC 7617), or from `Bearer USER.SECRET` (RFC 6750): a bearer token is
 * the credential's user name, a dot, and its secret; or `spt_`, the id of an API token, a dot, and the
 * token's secret.
 *
 * @returns undefined when the header says nothing that can be read
 */
export function findCredentials(header: string | undefined): Credentials | undefined {
  if (header === undefined || header.length > MAX_CHARACTERS) return undefined
  const [, scheme = '', value = ''] = /^(\S+) +([A-Za-z0-9\-._~+/]+=*)$/.exec(header) ?? []
  switch (scheme.toLowerCase()) {
    case 'basic':
      return splitAt(Buffer.from(value, 'base64').toString('utf8'), ':')
    case 'bearer':
      return withTokenId(splitAt(value, '.'))
    default:
      return undefined
  }
}

function withTokenId(credentials: Credentials | undefined): Credentials | undefined {
  if (credentials?.user.startsWith(TOKEN_PREFIX) !== true) return credentials
  return { ...credentials, tokenId: credentials.user.slice(TOKEN_PREFIX.length) }
}

function splitAt(text: string, mark: string): Credentials | undefined {
  const at = text.indexOf(mark)
  if (at < 1) return undefined
  return { user: text.slice(0, at), secret: text.slice(at + 1) }
}
