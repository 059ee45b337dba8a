/** Only addresses of ours: a link from elsewhere must not lead away after signing in. */
export function safeNext(next: string): string {
  if (!URL.canParse(next === '' ? '/' : next, location.origin)) return '/'
  const { origin, pathname, search, hash } = new URL(next === '' ? '/' : next, location.origin)
  // A path with two slashes in front would be another host for whoever reads it next.
  return origin === location.origin && !pathname.startsWith('//') ? pathname + search + hash : '/'
}
