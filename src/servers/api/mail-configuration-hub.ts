import type { MailConfiguration } from '../../delivery/configuration/mail-configuration.ts'
import type { MailTests } from '../../delivery/configuration/mail-tests.ts'
import type { Policies } from '../../policies/policies.ts'

/** What the routes of settings with versions, and of the mail configuration, ask of the hub. */
export interface MailConfigurationHub {
  readonly policies: Policies
  readonly mailConfiguration: MailConfiguration
  readonly mailTests: MailTests
}
