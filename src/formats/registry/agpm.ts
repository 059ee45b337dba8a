/**
 * What registry settings say about the mail of an AGPM server: the values `EncryptSmtp` and `SmtpPort` of
 * `HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\AGPM`.
 */

import {
  entriesOf,
  isKeyOnly,
  type PlacedEntry,
  type RegistryData,
  type RegistryEntry,
  type RegistryItem,
} from './document.ts'

const KEY = 'software\\microsoft\\agpm'
const ENCRYPT = 'encryptsmtp'
const PORT = 'smtpport'

/** What is decided, and by which item. What is absent is not decided. */
export interface MailSecurity {
  readonly encrypt?: boolean
  readonly port?: number
  /** Places of the deciding items, from the top; see `PlacedEntry`. */
  readonly decidedBy: { readonly encrypt?: readonly number[]; readonly port?: readonly number[] }
}

/** Something wrong with an item. */
export interface MailSecurityIssue {
  readonly code: 'encrypt_not_dword' | 'encrypt_not_0_or_1' | 'port_not_dword' | 'port_out_of_range'
  readonly path: readonly number[]
  readonly label: string
}

/**
 * What holds when all items have been processed in order, with nothing in the registry before. Items that
 * are switched off do nothing; targeting is not evaluated, as if it were true; a value that is not of its
 * type or range decides nothing.
 */
export function mailSecurityOf(items: readonly RegistryItem[]): MailSecurity {
  const values = new Map<string, PlacedEntry>()
  for (const placed of entriesOf(items)) {
    if (!placed.isDisabled && placed.entry.hive === 'HKEY_LOCAL_MACHINE') apply(placed, values)
  }
  const encrypt = values.get(ENCRYPT)
  const port = values.get(PORT)
  const isEncrypted = encryptOf(encrypt?.entry.data)
  const portNumber = portOf(port?.entry.data)
  return {
    ...(isEncrypted === undefined ? {} : { encrypt: isEncrypted }),
    ...(portNumber === undefined ? {} : { port: portNumber }),
    decidedBy: {
      ...(isEncrypted === undefined ? {} : { encrypt: encrypt?.path }),
      ...(portNumber === undefined ? {} : { port: port?.path }),
    },
  }
}

/** The port that is used: what is set, or the one that encryption suggests, which is never stored. */
export function effectivePort({ encrypt, port }: { encrypt?: boolean; port?: number }): number {
  return port ?? (encrypt === true ? 587 : 25)
}

/** What items say that no AGPM server understands. Items that are switched off say nothing. */
export function mailSecurityIssues(items: readonly RegistryItem[]): readonly MailSecurityIssue[] {
  return entriesOf(items).flatMap(({ entry, path, label, isDisabled }) => {
    const code = isDisabled || entry.action === 'delete' ? undefined : issueOf(entry)
    return code === undefined ? [] : [{ code, path, label }]
  })
}

function apply(placed: PlacedEntry, values: Map<string, PlacedEntry>): void {
  const { entry } = placed
  const isGoing = entry.action === 'delete' || entry.action === 'replace'
  if (isKeyOnly(entry)) {
    // A key goes with all that is below it.
    if (isGoing && `${KEY}\\`.startsWith(`${keyOf(entry)}\\`)) values.clear()
    return
  }
  const name = nameOf(entry)
  if (name === undefined) return
  if (entry.action === 'delete') values.delete(name)
  else if (entry.action !== 'create' || !values.has(name)) values.set(name, placed)
}

function issueOf(entry: RegistryEntry): MailSecurityIssue['code'] | undefined {
  if (entry.hive !== 'HKEY_LOCAL_MACHINE') return undefined
  const { data } = entry
  const name = nameOf(entry)
  if (name === ENCRYPT) {
    if (data?.type !== 'REG_DWORD') return 'encrypt_not_dword'
    return encryptOf(data) === undefined ? 'encrypt_not_0_or_1' : undefined
  }
  if (name === PORT) {
    if (data?.type !== 'REG_DWORD') return 'port_not_dword'
    return portOf(data) === undefined ? 'port_out_of_range' : undefined
  }
  return undefined
}

/** The name in lower case, when it is a value of the key. */
function nameOf(entry: RegistryEntry): string | undefined {
  const isValue = keyOf(entry) === KEY && entry.isDefault !== true
  return isValue ? entry.name.toLowerCase() : undefined
}

function keyOf({ key }: RegistryEntry): string {
  return key.toLowerCase()
}

function encryptOf(data: RegistryData | undefined): boolean | undefined {
  if (data?.type !== 'REG_DWORD' || data.value > 1) return undefined
  return data.value === 1
}

function portOf(data: RegistryData | undefined): number | undefined {
  if (data?.type !== 'REG_DWORD' || data.value < 1 || data.value > 65_535) return undefined
  return data.value
}
