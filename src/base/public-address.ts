/** Where people open the hub: the origin of links in mails, of sign-in elsewhere, and of cookies. */

import type { Config } from './config.ts'
import { isLoopback } from './ip-address.ts'

/**
 * The origin (scheme, host, port; no slash at the end) that is configured, else the one that follows
 * from where the hub listens: `localhost` for a loopback address, the machine's name for all addresses.
 */
export class PublicAddress {
  readonly #config: Pick<Config, 'publicUrl' | 'http' | 'hostname'>
  #port: number

  constructor(config: Pick<Config, 'publicUrl' | 'http' | 'hostname'>) {
    this.#config = config
    this.#port = config.http.port
  }

  get origin(): string {
    const { publicUrl, http, hostname } = this.#config
    if (publicUrl !== undefined) return publicUrl
    return new URL(`http://${hostOf(http.host, hostname)}:${this.#port}`).origin
  }

  get isHttps(): boolean {
    return this.origin.startsWith('https:')
  }

  /** The whole address of a page: `/setup?token=…`. */
  link(path: `/${string}`): string {
    return `${this.origin}${path}`
  }

  /** Tells the port that is really listened on, when any free one was asked for. */
  listensOn(port: number): void {
    this.#port = port
  }
}

function hostOf(host: string, hostname: string): string {
  if (host === 'localhost' || isLoopback(host)) return 'localhost'
  if (host === '::' || host === '0.0.0.0') return hostname
  return host.includes(':') ? `[${host}]` : host
}
