/** What is wrong with single fields of something that was entered: all of it at once. */

/** One mistake. `code` is for programs and for translation, `params` what its words need. */
export interface FieldIssue {
  /** Of the field: `host`, `secrets.password`. */
  readonly path: string
  readonly code: string
  readonly params?: Readonly<Record<string, string>>
  /** For people without a translation. Never a secret. */
  readonly message: string
}

/** The cause of an error that is about fields; the API names each. */
export class FieldIssues extends Error {
  readonly issues: readonly FieldIssue[]

  constructor(issues: readonly FieldIssue[]) {
    super(issues.map(({ path, message }) => `${path}: ${message}`).join('; '))
    this.name = 'FieldIssues'
    this.issues = issues
  }
}
