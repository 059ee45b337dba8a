import type { SetupRequest } from '../../contract/setup.ts'
import type { MessageRecord } from '../../messages/store.ts'
import type { MailHandlers } from '../mail-handlers.ts'

/** Who makes a request. */
export interface ApiAccount {
  readonly credential: string
}

/** What the API asks of the hub. */
export interface ApiHandlers extends Pick<MailHandlers, 'authenticate' | 'accept'> {
  /** A message this account may see; undefined also when there is one that it may not. */
  findMessage(id: string, account: ApiAccount): Promise<MessageRecord | undefined>
  /** What the hub needs to work, by name, and whether it has it now. Must answer within a second. */
  readiness(): Promise<Readonly<Record<string, boolean>>>
  /** False until the first set-up: only then the set-up page is there. */
  isSetUp(): Promise<boolean>
  /**
   * Makes a new hub ready, once.
   *
   * @throws HubError whose answer the caller gets, with its words: they are about what was entered
   */
  completeSetup(request: SetupRequest): Promise<void>
}
