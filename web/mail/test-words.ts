/** A test in words: what failed, what it means, what to do; and its transcript for somebody else. */

import { useTranslation } from 'react-i18next'
import { helpOf } from '../../src/contract/mail-causes.ts'
import type { MailCause, MailStageName } from '../../src/contract/mail-stages.ts'
import type { MailTestView } from '../../src/contract/mail-tests.ts'
import { useFormat } from '../ui/format.ts'

export interface CauseWords {
  readonly meaning: string
  readonly remedy: string
}

/** Words of a cause; what the cause itself does not name is taken from what was tested. */
export function useCauseWords(): (cause: MailCause, test: MailTestView) => CauseWords {
  const { t } = useTranslation(['mail', 'mail-causes'])
  const format = useFormat()
  return ({ code, params }, test) => {
    const { values, recipient } = test
    const textOf = (name: string) => {
      const value = params[name] ?? values[name]
      return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
    }
    const sizeOf = (name: string) => format.size(Number(params[name] ?? 0))
    const sender = textOf('senderAddress') ?? ''
    const words = {
      host: textOf('host') || hostOf(textOf('authority')),
      port: textOf('port') ?? '443',
      time: format.duration(Number(params.seconds ?? values.totalSeconds ?? 0) * 1000),
      sender,
      mailbox: textOf('mailbox') || sender,
      recipient,
      role: textOf('role') ?? (values.type === 'microsoft' ? 'Mail.Send' : 'SMTP.SendAsApp'),
      offered: textOf('offered') || '–',
      status: textOf('status') ?? '–',
      code: textOf('code') ?? '–',
      number: textOf('number') ?? '',
      size: sizeOf('sizeBytes'),
      limit: sizeOf('limitBytes'),
    }
    const help = helpOf(code)
    return {
      meaning: t(`mail-causes:${help}.meaning`, words),
      remedy: t(`mail-causes:${help}.remedy`, words),
    }
  }
}

function hostOf(url: string | undefined): string {
  return (url !== undefined && URL.parse(url)?.host) || '–'
}

/** What is done in a stage: *Connect to mail.example.org, port 587*. */
export function useStageName(): (name: MailStageName, test: MailTestView) => string {
  const { t } = useTranslation('mail')
  return (name, { values, recipient }) =>
    t(`stage.${name}`, {
      host: inText(values.host),
      port: inText(values.port),
      sender: inText(values.senderAddress),
      recipient,
    })
}

/** A value of the configuration as it is. */
function inText(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : ''
}

/** Parameters of a cause that are facts of their own, with what they are called. */
export const CAUSE_FACTS = ['names', 'issuer', 'from', 'until'] as const

/** The test as text, in the words of the protocol: for whoever runs the server. Holds no secret. */
export function transcriptOf(test: MailTestView): string {
  const { values, tested, recipient, startedAt, outcome } = test
  const settings = Object.entries(values)
    .filter(([name, value]) => value !== '' && !name.endsWith('Pem'))
    .map(([name, value]) => `  ${name}: ${inText(value)}`)
  const head = [
    `Mail test ${test.id}`,
    `started ${startedAt}, to ${recipient}`,
    `settings (${tested.values}, version ${tested.version}):`,
    ...settings,
  ]
  const stages = test.stages.map(({ name, state, durationMs, cause, facts, transcript }) =>
    [
      `${name}: ${state}${durationMs === undefined ? '' : ` (${durationMs} ms)`}`,
      ...transcript.flatMap((line) => line.split('\n')).map((line) => `  ${line}`),
      ...Object.entries(facts ?? {}).map(([fact, value]) => `  ${fact}: ${value}`),
      ...(cause === undefined ? [] : [`  cause: ${cause.code}`]),
    ].join('\n'),
  )
  return [head.join('\n'), ...stages, `outcome: ${outcome?.is ?? test.state}`].join('\n\n')
}
