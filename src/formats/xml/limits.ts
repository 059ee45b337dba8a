/** What a stranger can make long, deep or many in an XML document, and how far they may go. */
export interface XmlLimits {
  readonly sizeBytes: number
  /** Elements inside each other. */
  readonly depth: number
  /** Elements, texts, comments and processing instructions together. */
  readonly nodes: number
  /** Attributes of one element. */
  readonly attributes: number
}

/** Limits for any document. */
export const XML_LIMITS: XmlLimits = {
  // The report of a group policy with thousands of settings has some 10 MB.
  sizeBytes: 16 * 1024 * 1024,
  // Collections in collections in a report: twenty levels are more than anybody makes by hand.
  depth: 64,
  nodes: 500_000,
  // The item with the most, a scheduled task, has about 30.
  attributes: 200,
}
