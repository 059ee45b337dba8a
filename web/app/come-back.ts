const KEY = 'sealpost-come-back'

/** Remembers, in this tab, where somebody wanted to go who leaves for a provider to sign in. */
export function comeBackTo(address: string): void {
  sessionStorage.setItem(KEY, address)
}

/** Where they wanted to go, once. */
export function takeComeBack(): string | undefined {
  const address = sessionStorage.getItem(KEY)
  sessionStorage.removeItem(KEY)
  return address === null || address === '/' ? undefined : address
}
