/** Rules of single fields of the mail configuration. All mistakes are gathered, none is thrown. */

import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { parseName } from '../../accounts/accounts.ts'
import { parseOwnAddress } from '../../accounts/address.ts'
import { encodeLatin1 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import type { FieldIssue } from '../../base/field-issues.ts'
import { isLoopback } from '../../base/ip-address.ts'
import type { MAIL_ISSUES } from '../../contract/mail-configuration.ts'
import { isDomain } from '../../formats/smtp/path.ts'
import { readCertificates } from '../../formats/x509/containers.ts'

type IssueCode = (typeof MAIL_ISSUES)[number]

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Tenants of everybody: the client credentials flow does not know them (AADSTS9001023). */
const SHARED_DIRECTORIES = ['common', 'consumers', 'organizations']

/** No line ends and no controls: what is written into a command or a header field. */
const ONE_LINE = /^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u

export class FieldReader {
  readonly issues: FieldIssue[] = []

  add(path: string, code: IssueCode, message: string, params?: Record<string, string>): void {
    this.issues.push({ path, code, message, ...(params === undefined ? {} : { params }) })
  }

  /** One line that is not empty. */
  text(path: string, value: string): string {
    const text = value.trim()
    if (text === '') this.add(path, 'field.required', 'has to be entered')
    else if (!ONE_LINE.test(text)) this.add(path, 'field.malformed_text', 'is one line of text')
    return text
  }

  /** A name as people see it, or none. */
  name(path: string, value: string): string {
    if (value.trim() === '') return ''
    return this.#read(path, value, { read: parseName, code: 'field.malformed_text' })
  }

  address(path: string, value: string): string {
    const text = value.trim()
    if (text === '') {
      this.add(path, 'field.required', 'has to be entered')
      return text
    }
    const read = (each: string) => parseOwnAddress(each).address
    return this.#read(path, text, { read, code: 'field.malformed_address' })
  }

  addressOrNone(path: string, value: string): string {
    return value.trim() === '' ? '' : this.address(path, value)
  }

  /** A host name or an IP address, in the form in which it is looked up. */
  host(path: string, value: string): string {
    const text = value.trim().replace(/^\[|\]$/g, '')
    if (text === '') {
      this.add(path, 'field.required', 'has to be entered')
      return text
    }
    if (isIP(text) !== 0) return text.toLowerCase()
    const name = /^[\w.\u0080-\u{10ffff}-]+$/u.test(text) ? domainToASCII(text) : ''
    if (name === '' || !isDomain(name)) {
      this.add(path, 'field.malformed_host', 'is a host name such as mail.example.org')
      return text
    }
    return name
  }

  /** What we call ourselves, or nothing of our own. */
  ehloName(path: string, value: string): string {
    const text = value.trim()
    if (text !== '' && !isDomain(text)) {
      this.add(path, 'field.malformed_host', 'is a domain name, or an address in brackets')
    }
    return text
  }

  port(path: string, value: number): number {
    if (!Number.isInteger(value) || value < 1 || value > 65_535) {
      this.add(path, 'field.port_out_of_range', 'is a number from 1 to 65535')
    }
    return value
  }

  seconds(path: string, value: number, { min, max }: { min: number; max: number }): number {
    if (!Number.isFinite(value) || value < min || value > max) {
      const params = { min: String(min), max: String(max) }
      this.add(path, 'field.number_out_of_range', `is between ${min} and ${max} seconds`, params)
    }
    return value
  }

  guid(path: string, value: string): string {
    const text = this.text(path, value).toLowerCase()
    if (text !== '' && !GUID.test(text)) {
      this.add(path, 'field.not_a_guid', 'is an ID such as 00000000-0000-0000-0000-000000000000')
    }
    return text
  }

  /** The ID or a domain of a tenant. */
  directory(path: string, value: string): string {
    const text = this.text(path, value).toLowerCase()
    if (SHARED_DIRECTORIES.includes(text)) {
      this.add(path, 'field.shared_directory', 'is the ID of one directory, not of all')
    } else if (text !== '' && !GUID.test(text) && !(text.includes('.') && isDomain(text))) {
      this.add(path, 'field.not_a_directory', 'is an ID or a domain of the directory')
    }
    return text
  }

  /** The origin of an end point: https, or on this machine itself http. */
  origin(path: string, value: string): string {
    const text = this.text(path, value)
    if (text === '') return text
    const url = URL.parse(text)
    const isSafe =
      url?.protocol === 'https:' ||
      (url?.protocol === 'http:' && isThisMachine(url.hostname.replace(/^\[|\]$/g, '')))
    const isBare =
      url !== null &&
      ['', '/'].includes(url.pathname) &&
      [url.search, url.hash, url.username, url.password].every((part) => part === '')
    if (!isSafe || !isBare) {
      this.add(path, 'field.malformed_url', 'is an address such as https://login.example.org')
      return text
    }
    return url.origin
  }

  /** Certificates in PEM, or none. */
  certificates(path: string, value: string): string {
    const pem = value.trim()
    if (pem === '') return pem
    try {
      if (pem.startsWith('-----BEGIN ') && readCertificates(encodeLatin1(pem)).length > 0)
        return pem
    } catch (error) {
      if (!(error instanceof HubError)) throw error
    }
    this.add(path, 'field.malformed_certificate', 'is a certificate in PEM')
    return pem
  }

  /** The private key of the first of these certificates. */
  keyOf(path: string, keyPem: string, certificatePem: string): void {
    let publicKey
    try {
      publicKey = createPublicKey(createPrivateKey(keyPem))
    } catch {
      // Node's reasons are those of its parser: nothing that helps whoever pasted a wrong file.
      this.add(path, 'field.malformed_key', 'is a private key in PEM without a passphrase')
      return
    }
    try {
      if (publicKey.equals(new X509Certificate(certificatePem).publicKey)) return
    } catch {
      // That the certificate cannot be read is told of the certificate.
      return
    }
    this.add(path, 'field.key_does_not_fit', 'is not the key of the certificate')
  }

  #read(
    path: string,
    text: string,
    { read, code }: { read: (text: string) => string; code: IssueCode },
  ): string {
    try {
      return read(text)
    } catch (error) {
      if (!(error instanceof HubError)) throw error
      this.add(path, code, error.message)
      return text
    }
  }
}

/** Whether what is said to this host stays on this machine. */
export function isThisMachine(host: string): boolean {
  return host === 'localhost' || (isIP(host) !== 0 && isLoopback(host))
}
