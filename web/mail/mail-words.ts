import { useTranslation } from 'react-i18next'
import type { FieldIssue } from '../api/problem.ts'
import type { PolicyWords } from '../settings/policy-words.ts'
import { useFormat } from '../ui/format.ts'
import { type MailFieldName, fieldNameOf, isSecretName } from './mail-draft.ts'

/** The fields of the mail configuration and their values, in words. */
export interface MailWords {
  label(name: MailFieldName): string
  /** A saved value, such as of an old version. */
  value(path: string, value: unknown): string
  /** What is wrong with a field, as a sentence that names it. */
  issue(name: string, issue: Pick<FieldIssue, 'code' | 'params'>): string | undefined
}

const SECONDS = new Set([
  'totalSeconds',
  'connectSeconds',
  'greetingSeconds',
  'commandSeconds',
  'requestSeconds',
])

/** Fields in the order of the form. */
const FORM: readonly MailFieldName[] = [
  ...(['type', 'provider', 'host', 'port', 'senderAddress', 'encryption'] as const),
  ...(['authentication', 'userName', 'password', 'mailbox'] as const),
  ...(['applicationId', 'directoryId', 'clientId', 'clientSecret'] as const),
  ...(['serviceAccount', 'refreshToken', 'authority', 'graph', 'scope'] as const),
  ...(['senderName', 'replyTo', 'envelopeSender', 'ehloName'] as const),
  ...(['totalSeconds', 'connectSeconds', 'greetingSeconds', 'commandSeconds'] as const),
  ...(['requestSeconds', 'caPem', 'clientCertificatePem', 'clientKey'] as const),
  ...(['acceptInvalidCertificate', 'acceptWrongHostName'] as const),
]

/** Values that are names of ours, with where their words are. */
const NAMED: Readonly<Record<string, string>> = {
  type: 'type',
  provider: 'provider',
  encryption: 'encryption',
}

export function useMailWords(): MailWords {
  const { t, i18n } = useTranslation('mail')
  const format = useFormat()
  const label = (name: MailFieldName) => t(`field.${name}`)
  return {
    label,
    value(path, value) {
      const named = NAMED[path]
      if (named !== undefined && typeof value === 'string') return t(`${named}.${value}.label`)
      if (typeof value === 'boolean') return t(value ? 'common:field.on' : 'common:field.off')
      if (SECONDS.has(path) && typeof value === 'number') return format.duration(value * 1000)
      if (value === '' || value === null || value === undefined) return t('common:field.empty')
      return typeof value === 'string' ? value : JSON.stringify(value)
    },
    issue(name, { code = '', params }) {
      const field = fieldNameOf(name)
      if (field === undefined) return undefined
      const key = `issue.${code.replace(/^field\./, '')}`
      const own = isSecretName(field) ? `${key}_secret` : key
      const words = { field: label(field), ...params }
      if (i18n.exists(`mail:${own}`)) return t(own, words)
      return i18n.exists(`mail:${key}`) ? t(key, words) : undefined
    },
  }
}

/** The same for what is shown of versions. A field that is no longer known is called as the hub does. */
export function useMailPolicyWords(): PolicyWords {
  const { t } = useTranslation('mail')
  const words = useMailWords()
  return {
    label(path) {
      const name = fieldNameOf(path)
      if (name === undefined) return path
      // In the form they stand below a heading that says so.
      return SECONDS.has(name) ? t('limit', { field: words.label(name) }) : words.label(name)
    },
    placeOf(path) {
      const name = fieldNameOf(path)
      return name === undefined ? FORM.length : FORM.indexOf(name)
    },
    value: (path, value) => words.value(path, value),
  }
}
