/** What the audit log can be narrowed to: the word before the dot of an action. */
export const AUDIT_AREAS = [
  'account',
  'api_token',
  'authority',
  'certificate',
  'credential',
  'mail_test',
  'message',
  'openid',
  'organization',
  'passkey',
  'person',
  'policy',
  'queue',
  'recovery-code',
  'recovery-codes',
  'totp',
] as const
