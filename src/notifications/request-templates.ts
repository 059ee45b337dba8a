/** What the mails on requests and on broken glass say. */

import type { NOTIFICATION_VALUES } from './values.ts'
import type { z } from 'zod'
import type { Block, NotificationDocument } from './document.ts'
import type { Wording } from './wording.ts'

type Values<Name extends keyof typeof NOTIFICATION_VALUES> = z.output<
  (typeof NOTIFICATION_VALUES)[Name]
>

export type RequestMail =
  | { readonly name: 'policy-request'; readonly values: Values<'policy-request'> }
  | { readonly name: 'policy-decision'; readonly values: Values<'policy-decision'> }
  | { readonly name: 'policy-failure'; readonly values: Values<'policy-failure'> }
  | { readonly name: 'break-glass'; readonly values: Values<'break-glass'> }

/** Subject and blocks, whichever it is. */
export function aboutRequest(
  { name, values }: RequestMail,
  { organization, wording }: { organization: string; wording: Wording },
): Pick<NotificationDocument, 'subject' | 'blocks'> {
  const { requester } = values
  const policy = values.name === '' ? wording.say(`policy.kinds.${values.kind}`) : values.name
  const say = (key: string) => wording.say(`${name}.${key}`, { organization, policy, requester })
  const special =
    name === 'policy-decision'
      ? [fact('decidedBy', values.decidedBy), fact('answer', values.answer)]
      : name === 'policy-failure'
        ? [fact('failure', values.failure)]
        : name === 'break-glass'
          ? [fact('reason', values.reason)]
          : []
  const rows = [
    fact('at', wording.moment(new Date(values.at))),
    fact('action', wording.say(`policy.actions.${values.action}`)),
    fact('policy', policy),
    fact('requestedBy', requester),
    fact('comment', values.comment),
    ...special,
  ]
  return {
    subject: say('subject'),
    blocks: [
      {
        is: 'paragraph',
        text: say(name === 'policy-decision' ? `intro.${values.verdict}` : 'intro'),
      },
      {
        is: 'facts',
        rows: rows
          .filter(({ value }) => value !== '')
          .map(({ label, value }) => ({
            label: wording.say(`facts.${label}`),
            value: wording.tame(value),
          })),
      },
      ...differences(values, wording),
      { is: 'link', label: wording.say('policy.open'), url: values.page },
    ],
  }
}

function differences({ changes, more }: Values<'policy-request'>, wording: Wording): Block[] {
  if (changes.length === 0) return []
  return [
    { is: 'paragraph', text: wording.say('policy.differences') },
    { is: 'list', items: changes.map((each) => wording.tame(each)) },
    ...(more === 0
      ? []
      : [{ is: 'paragraph' as const, text: wording.say('policy.more', { count: more }) }]),
  ]
}

function fact(label: string, value: string) {
  return { label, value }
}
