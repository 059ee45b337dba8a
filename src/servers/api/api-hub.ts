/** What the API asks of the hub. Each area adds its own part; `src/hub.ts` builds them all. */

import type { MailConfigurationHub } from './mail-configuration-hub.ts'
import type { SignInMethodSide } from '../../accounts/sign-in-methods.ts'
import type { Audit } from '../../audit/audit.ts'
import type { NotificationName } from '../../contract/notifications.ts'
import type { Language } from '../../contract/session.ts'
import type { SetupRequest } from '../../contract/setup.ts'
import type { HubWatch } from '../../messages/hub-state/hub-state.ts'
import type { Notifications } from '../../notifications/notifications.ts'
import type { Messages } from '../../messages/messages.ts'
import type { MessageDetails } from '../../messages/record/detail.ts'
import type { MessageRecord } from '../../messages/record/store.ts'
import type { MailHandlers } from '../mail-handlers.ts'
import type { AccountApi } from './account-api.ts'
import type { AccountCaller, Caller } from './caller.ts'
import type { ControlHub } from './policies/control-hub.ts'

export interface ApiHub
  extends MailConfigurationHub, ControlHub, Pick<MailHandlers, 'authenticate' | 'accept'> {
  /** Sessions of browsers. */
  readonly sessions: {
    /** Undefined when the session is over, or still needs its second factor. */
    find(token: string): Promise<AccountCaller | undefined>
  }
  /** Sign-in, sessions, people. */
  readonly accounts: AccountApi
  /** One-time codes, passkeys, recovery codes, OpenID providers. */
  readonly signInMethods: SignInMethodSide
  /** API tokens of accounts. */
  readonly tokens: {
    find(id: string, secret: string): Promise<AccountCaller | undefined>
  }
  /** Who called, while what they asked for goes on. */
  readonly callers: {
    /** As they are now; undefined when their session or token is over. */
    again(caller: AccountCaller): Promise<AccountCaller | undefined>
    /**
     * Hears of accounts that may be able to do less than before, by any process; undefined is any
     * account. The function that it returns ends that.
     */
    onChange(hear: (accountId: string | undefined) => void): () => void
  }
  readonly audit: Pick<Audit, 'search' | 'verifyOnce'>
  readonly system: Pick<HubWatch, 'look'>
  /** Lists of messages, and orders for them. */
  readonly messages: Pick<Messages, 'finding' | 'orders' | 'overview' | 'waiting'>
  readonly messageDetails: Pick<MessageDetails, 'find'>
  /** A message this caller may see; undefined also when there is one that it may not. */
  findMessage(id: string, caller: Caller): Promise<MessageRecord | undefined>
  readonly notifications: Pick<Notifications, 'list' | 'preview'> & {
    /** Sends one with made-up values; in the caller's own language when none is said. */
    sendSample(name: NotificationName, to: AccountCaller, language?: Language): Promise<string>
  }
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
