import type { Submission } from '../messages/submission.ts'

/** What the servers ask of the hub. They translate protocols; everything is decided behind this. */
export interface MailHandlers {
  /** The credential that this user name and secret prove, or undefined. Constant time. */
  authenticate(user: string, secret: string): Promise<{ credential: string } | undefined>
  /** True for the address of a host whose mail the relay listener takes without log-in. */
  isKnownRelay(address: string): boolean
  /**
   * Takes a message. Resolves only once it is on stable storage with its recipients.
   *
   * @throws HubError whose answer the client gets; addresses in its `detail.recipients` are told too
   */
  accept(submission: Submission): Promise<{ id: string }>
}
