/** The fields of a kind of settings and their values, in words: for what is shown of its versions. */
export interface PolicyWords {
  /** By the path that the hub calls it: `host`, `secrets.password`, `openid.issuer`. */
  label(path: string): string
  value(path: string, value: unknown): string
  /** Where it stands in its form: changes come in this order, or else as the hub gives them. */
  placeOf?(path: string): number
}
