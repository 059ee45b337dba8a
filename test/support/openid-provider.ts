/** A real OpenID provider on loopback, whose people sign in by being asked for. */

import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

/** What the provider says of somebody, beside the subject. */
export type ProviderPerson = Readonly<Record<string, unknown>>

export interface TestProvider extends AsyncDisposable {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** By subject; a test adds and changes them. */
  readonly people: Map<string, ProviderPerson>
  /** Who signs in next; undefined: they say no. */
  subject: string | undefined
  /** A browser that goes to an address of the provider and comes back with this query. */
  visit(address: string): Promise<string>
}

/** Redirections of one sign-in: some five. */
const MAX_REDIRECTIONS = 20

export async function openTestProvider({
  redirectUri,
}: {
  redirectUri: string
}): Promise<TestProvider> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const people = new Map<string, ProviderPerson>()
  const client = { clientId: 'sealpost', clientSecret: 'a secret: with +/% in it' }
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [redirectUri],
      },
    ],
    jwks: { keys: [privateKey.export({ format: 'jwk' })] },
    cookies: { keys: ['test'] },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified', 'xms_edov'],
      profile: ['name', 'groups'],
    },
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId, ...people.get(accountId) }),
    }),
    // Nobody is asked for consent.
    async loadExistingGrant({ oidc }: GrantContext) {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client.clientId,
        accountId: oidc.session.accountId,
      })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
    renderError(context: { body: string }, out: unknown) {
      context.body = JSON.stringify(out)
    },
  })
  const handle = provider.callback()
  server.on('request', (request, response) => {
    if (!(request.url ?? '').startsWith('/interaction/')) {
      handle(request, response)
      return
    }
    const { subject } = testProvider
    const result =
      subject === undefined ? { error: 'access_denied' } : { login: { accountId: subject } }
    void provider.interactionFinished(request, response, result)
  })
  const testProvider: TestProvider = {
    issuer,
    ...client,
    people,
    subject: undefined,
    visit: (address) => visit(address, redirectUri),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return testProvider
}

interface GrantContext {
  oidc: { provider: Provider; client: { clientId: string }; session: { accountId: string } }
}

/** Follows redirections, with cookies, to the address that leads back to the hub. */
async function visit(address: string, redirectUri: string): Promise<string> {
  const cookies = new Map<string, string>()
  let url = new URL(address)
  for (let count = 0; count < MAX_REDIRECTIONS; count += 1) {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    })
    for (const each of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null) {
      throw new Error(`${url.href} leads nowhere: ${response.status} ${await response.text()}`)
    }
    url = new URL(location, url)
    if (url.href.startsWith(redirectUri)) return url.search
  }
  throw new Error(`${address} leads in circles`)
}
