import { z } from 'zod'

/** What of a service account's file is needed to ask for tokens. */
const ServiceAccount = z.object({
  type: z.literal('service_account'),
  client_email: z.string().min(3),
  private_key: z.string().includes('PRIVATE KEY'),
})

/** A Google service account from its JSON file; undefined when it is none. */
export function findServiceAccount(
  json: string,
): { clientEmail: string; privateKeyPem: string } | undefined {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    // Not JSON at all: no service account either.
    return undefined
  }
  const { success, data } = ServiceAccount.safeParse(value)
  return success ? { clientEmail: data.client_email, privateKeyPem: data.private_key } : undefined
}
