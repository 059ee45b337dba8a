/** `sealpost user add | list` and `sealpost cert import | list` */

import type { ImportedObject } from '../certificates/import.ts'
import type { KeyType } from '../db/tables/certificates.ts'
import { DEFAULT_KEY_TYPE, KEY_TYPES } from '../keys/keys.ts'
import { HubError } from '../base/errors.ts'
import { type Order, usageError } from './commands.ts'
import { readFile } from './files.ts'
import { type HubOptions, withHub } from './hub-access.ts'
import type { Reply } from './reply.ts'
import type { Surroundings } from './surroundings.ts'
import { table } from './table.ts'

const LIST_LIMIT = 1_000

export interface AddUserOptions extends HubOptions {
  readonly name?: string
  readonly keyType?: string
}

export interface ImportOptions extends HubOptions {
  readonly trustAuthorities?: boolean
}

/**
 * Makes a person known and issues a certificate for signing and one for encryption. Who is known
 * already gets new ones.
 */
export function addUserCommand(
  { files: [address = ''], options }: Order<AddUserOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  const by = 'command'
  const keyType = parseKeyType(options.keyType)
  return withHub(options, surroundings, {
    async work({ accounts, authority }) {
      // Before the person is made known: nothing is left of an address that is not ours.
      await authority.checkAddress(address)
      const name = options.name ?? address.slice(0, address.lastIndexOf('@'))
      const person =
        (await accounts.findPerson(address)) ?? (await accounts.addPerson({ address, name, by }))
      const { signing, encryption } = await authority.issueFor(person, { by, keyType })
      return {
        isYes: true,
        json: {
          person: { id: person.id, address: person.address, name: person.name },
          signing: signing.fingerprint,
          encryption: encryption.fingerprint,
        },
        lines: [
          `${person.address} has a certificate for signing     ${signing.fingerprint}`,
          `${' '.repeat(person.address.length)}       and one for encryption     ${encryption.fingerprint}`,
        ],
      }
    },
  })
}

function parseKeyType(text: string = DEFAULT_KEY_TYPE): KeyType {
  const found = KEY_TYPES.find((type) => type === text)
  if (found === undefined) throw usageError(`a key type is one of ${KEY_TYPES.join(', ')}`)
  return found
}

export function listUsersCommand(
  { options }: Order<HubOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  return withHub(options, surroundings, {
    async work({ accounts }) {
      const people = await accounts.listPeople({ limit: LIST_LIMIT })
      return {
        isYes: true,
        json: { people },
        lines: table(
          ['ADDRESS', 'NAME', 'ADDED'],
          people.map(({ address, name, createdAt }) => [address, name, createdAt.toISOString()]),
          'nobody yet: sealpost user add ADDRESS',
        ),
      }
    },
  })
}

/** Every object of every file has its line; the answer is *no* when one of them was refused. */
export function importCertificatesCommand(
  { files, options }: Order<ImportOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  // Read before anything is changed: a file that is not there stops the whole command.
  const contents = files.map((file) => ({ file, bytes: readFile(file) }))
  return withHub(options, surroundings, {
    async work({ certificates }) {
      const imported: (ImportedObject & { file: string })[] = []
      for (const { file, bytes } of contents) {
        const objects = await certificates
          .import(bytes, { by: 'command', trustAuthorities: options.trustAuthorities === true })
          .catch((error: unknown) => {
            throw inFile(file, error)
          })
        imported.push(...objects.map((each) => ({ file, ...each })))
      }
      return {
        isYes: imported.every(({ is }) => is !== 'refused'),
        json: { imported },
        lines: imported.map((each) => `${each.file}: ${wordsOf(each)}`),
      }
    },
  })
}

export function listCertificatesCommand(
  { options }: Order<HubOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  return withHub(options, surroundings, {
    async work({ certificates }) {
      const known = await certificates.list({ limit: LIST_LIMIT })
      const rows = known.map(({ certificate, owner, trust, keyId }) => ({
        fingerprint: certificate.fingerprint,
        owner,
        trust,
        hasKey: keyId !== null,
        subject: certificate.subject.text,
        addresses: certificate.emailAddresses,
        notAfter: certificate.notAfter,
      }))
      return {
        isYes: true,
        json: { certificates: rows },
        lines: table(
          ['FINGERPRINT', 'OWNER', 'KEY', 'ENDS', 'FOR'],
          rows.map(({ fingerprint, owner, hasKey, notAfter, addresses, subject }) => [
            `${fingerprint.slice(0, 16)}…`,
            owner,
            hasKey ? 'here' : '',
            notAfter.toISOString().slice(0, 10),
            addresses.join(', ') || subject,
          ]),
          'no certificates yet: sealpost cert import FILE…',
        ),
      }
    },
  })
}

/** Says which of several files it is that cannot be read. */
function inFile(file: string, error: unknown): unknown {
  if (!(error instanceof HubError)) return error
  return new HubError(error.code, `${file}: ${error.message}`, { cause: error })
}

function wordsOf(object: ImportedObject): string {
  if (object.is === 'refused') {
    const detail = object.detail === undefined ? '' : ` (${object.detail})`
    return `refused ${object.subject}: ${object.because}${detail}`.replace('  ', ' ')
  }
  const whom = object.addresses.length === 0 ? object.subject : object.addresses.join(', ')
  return `${object.is} ${object.as} ${whom} ${object.fingerprint}`
}
