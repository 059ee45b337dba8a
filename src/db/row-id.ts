/**
 * Whether a text can be the id of a row: a UUID in lower case. The database would call others an error
 * of ours.
 */
export function isRowId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
}
