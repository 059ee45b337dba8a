/** Days as `<input type="date">` has them, `2030-01-31`, in the reader's time zone. */

/** The day's first moment, ISO 8601; undefined for what is no day. */
export function startOfDay(day: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return undefined
  const at = new Date(`${day}T00:00:00`)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}

/** The day after; empty for what is no day. */
export function dayAfter(day: string): string {
  if (startOfDay(day) === undefined) return ''
  const at = new Date(`${day}T12:00:00Z`)
  at.setUTCDate(at.getUTCDate() + 1)
  return at.toISOString().slice(0, 10)
}
