/**
 * What was stored with a message in JSON, read into types. It was written by this hub or one before it:
 * what does not fit is a defect or a database that someone changed, and is an error, not a guess.
 */

import { z } from 'zod'
import { HubError } from '../../base/errors.ts'
import { LayerView } from '../../contract/message-layers.ts'
import type { Decision, Plan } from '../../rules/decision.ts'
import type { Facts } from '../../rules/facts.ts'
import type { SubmittingClient } from '../submission.ts'

const strength = z.enum(['encrypted', 'clear', 'passed'])
const outcome = z.enum([
  'all-or-refuse',
  'each-or-bounce',
  'all-or-clear',
  'each-or-clear',
  'never',
])

/** What else the trust side told of a certificate stays with it: a decision is computed from all. */
const Candidate = z.looseObject({
  certificate: z.string(),
  usable: z.boolean(),
  taken: z.boolean().optional(),
  because: z.string().optional(),
  detail: z.string().optional(),
})

const StoredFacts = z.object({
  via: z.enum(['submission', 'relay', 'api', 'hub']),
  envelopeFrom: z.string(),
  authors: z.array(z.string()),
  recipients: z.array(
    z.object({ address: z.string(), named: z.boolean(), candidates: z.array(Candidate) }),
  ),
  localDomains: z.array(z.string()),
  signers: z.array(Candidate),
  outcome,
  encryptionRequired: z.boolean(),
  protection: z.enum(['none', 'smime-signed', 'smime-encrypted', 'pgp-signed', 'pgp-encrypted']),
})

const Rule = z.object({
  name: z.enum(['required', 'organization', 'hub', 'foreign']),
  outcome,
})

const Signing = z.discriminatedUnion('is', [
  z.object({ is: z.literal('signed'), certificate: z.string(), author: z.string() }),
  z.object({
    is: z.literal('unsigned'),
    because: z.enum([
      'signed_before',
      'encrypted_before',
      'no_author',
      'several_authors',
      'foreign_author',
      'no_certificate',
    ]),
  }),
])

const recipient = { address: z.string(), copy: z.int().min(0).exactOptional() }

const StoredPlan = z.object({
  is: z.literal('send'),
  rule: Rule,
  signing: Signing,
  recipients: z.array(
    z.discriminatedUnion('gets', [
      z.object({ ...recipient, gets: z.literal('encrypted'), certificate: z.string() }),
      z.object({
        ...recipient,
        gets: z.literal('clear'),
        because: z.enum(['encryption_off', 'not_all_can_read', 'no_certificate']),
      }),
      z.object({ ...recipient, gets: z.literal('passed') }),
      z.object({
        ...recipient,
        gets: z.literal('bounce'),
        because: z.literal('no_certificate'),
      }),
    ]),
  ),
  copies: z.array(
    z.object({ strength, recipients: z.array(z.string()), certificates: z.array(z.string()) }),
  ),
  twoStrengths: z.boolean(),
})

const StoredClient = z.object({
  address: z.string(),
  hello: z.string().exactOptional(),
  tls: z.string().exactOptional(),
  credential: z.string().exactOptional(),
})

export type StoredFacts = Facts & z.infer<typeof StoredFacts>

/** @throws HubError `message.record_broken` */
export function parseFacts(stored: unknown): StoredFacts {
  return parsed(StoredFacts, stored)
}

/** @throws HubError `message.record_broken` */
export function parsePlan(stored: unknown): Plan & Decision {
  return parsed(StoredPlan, stored)
}

/**
 * None for a message that came without S/MIME, or before layers were stored.
 *
 * @throws HubError `message.record_broken`
 */
export function parseLayers(stored: unknown): LayerView[] {
  return parsed(z.array(LayerView), stored ?? [])
}

/** @throws HubError `message.record_broken` */
export function parseClient(stored: unknown): SubmittingClient {
  return parsed(StoredClient, stored)
}

function parsed<Value>(schema: z.ZodType<Value>, stored: unknown): Value {
  const result = schema.safeParse(stored)
  if (result.success) return result.data
  throw new HubError('message.record_broken', 'what is stored of a message cannot be read', {
    cause: result.error,
  })
}
