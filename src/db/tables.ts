/** Every table of the hub, by name. The row types of each area are in `tables/`. */

import type { AccountTables } from './tables/accounts.ts'
import type { AuditTables } from './tables/audit.ts'
import type { CertificateTables } from './tables/certificates.ts'
import type { MailboxTables } from './tables/mailboxes.ts'
import type { ChangeControlTables } from './tables/change-control.ts'
import type { MessageSearchTables } from './tables/message-search.ts'
import type { MessageTables } from './tables/messages.ts'
import type { OrganizationTables } from './tables/organization.ts'
import type { PolicyTables } from './tables/policies.ts'
import type { SignInMethodTables } from './tables/sign-in-methods.ts'

export interface Tables
  extends
    AccountTables,
    AuditTables,
    CertificateTables,
    MailboxTables,
    ChangeControlTables,
    MessageSearchTables,
    MessageTables,
    OrganizationTables,
    PolicyTables,
    SignInMethodTables {}
