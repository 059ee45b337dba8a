/** What each notification says: values in, blocks of sentences out. */

import type { NotificationName } from '../contract/notifications.ts'
import type { Block, Fact, NotificationDocument } from './document.ts'
import { aboutRequest } from './request-templates.ts'
import type { NOTIFICATION_VALUES, Reader } from './values.ts'
import type { z } from 'zod'
import type { Wording } from './wording.ts'

/** What every notification says of where it comes from. */
export interface HubFacts {
  /** Name of the organisation. */
  readonly organization: string
  /** Public address of the hub: `https://mail.example.org`. */
  readonly url: string
  /** The address that notifications come from. */
  readonly sender: string
}

type Values<Name extends NotificationName> = z.output<(typeof NOTIFICATION_VALUES)[Name]>

/** Values after they were read. */
export type ReadNotification = {
  [Name in NotificationName]: { readonly name: Name; readonly values: Values<Name> }
}[NotificationName]

/** Puts a notification into words. */
export function writeNotification(
  notification: ReadNotification,
  { reader, hub, wording }: { reader: Reader; hub: HubFacts; wording: Wording },
): NotificationDocument {
  const { subject, blocks } = bodyOf(notification, { hub, wording })
  return {
    subject,
    greeting: wording.say('greeting', { name: reader.name }),
    blocks,
    footer: wording.say('footer', { organization: hub.organization, hub: hub.url }),
  }
}

interface Surroundings {
  readonly hub: HubFacts
  readonly wording: Wording
}

type Body = Pick<NotificationDocument, 'subject' | 'blocks'>

function bodyOf(notification: ReadNotification, around: Surroundings): Body {
  const { wording, hub } = around
  const { organization } = hub
  const say = (key: string, more = {}) =>
    wording.say(`${notification.name}.${key}`, { organization, ...more })
  switch (notification.name) {
    case 'password-reset': {
      const { values } = notification
      return {
        subject: say('subject'),
        blocks: [
          paragraph(say('intro')),
          ...oneTimeLink(say('action'), values, wording),
          paragraph(say('not-you')),
        ],
      }
    }
    case 'invitation': {
      const { values } = notification
      const { invitedBy } = values
      return {
        subject: say('subject'),
        blocks: [
          paragraph(say('intro', { invitedBy })),
          ...oneTimeLink(say('action'), values, wording),
          paragraph(say('not-you', { invitedBy })),
        ],
      }
    }
    case 'new-sign-in': {
      const { values } = notification
      return {
        subject: say('subject'),
        blocks: [
          paragraph(say('intro')),
          facts(values, [], wording),
          paragraph(say('was-you')),
          paragraph(wording.say('not-you')),
        ],
      }
    }
    case 'lock-out': {
      const { values } = notification
      const until = wording.moment(new Date(values.until))
      return {
        subject: say('subject'),
        blocks: [
          paragraph(say('intro', { until })),
          facts(values, [], wording),
          paragraph(say('was-you')),
          paragraph(say('not-you')),
        ],
      }
    }
    case 'password-changed': {
      const { values } = notification
      return {
        subject: say('subject'),
        blocks: [
          paragraph(say(`intro.${values.by}`)),
          facts(values, [], wording),
          paragraph(say('not-you')),
        ],
      }
    }
    case 'account-changed': {
      const { values } = notification
      return {
        subject: say('subject'),
        blocks: [
          paragraph(say(`change.${values.change}`)),
          facts(values, [], wording),
          paragraph(wording.say('not-you')),
        ],
      }
    }
    case 'test-mail':
      return testMail(notification.values, around)
    case 'certificate-expiring':
      return certificateExpiring(notification.values, around)
    case 'policy-request':
    case 'policy-decision':
    case 'policy-failure':
    case 'break-glass':
      return aboutRequest(notification, { organization, wording })
  }
}

function testMail(values: Values<'test-mail'>, { hub, wording }: Surroundings): Body {
  const { organization, sender } = hub
  const { tested } = values
  const which = wording.say(`test-mail.${whichValues(tested)}`, { version: tested.version })
  const more = [
    { label: 'requestedBy', value: values.requestedBy },
    { label: 'tested', value: which },
    { label: 'sender', value: sender },
    { label: 'hub', value: hub.url },
  ]
  return {
    subject: wording.say('test-mail.subject', { organization }),
    blocks: [
      paragraph(wording.say('test-mail.intro')),
      facts(values, more, wording),
      paragraph(wording.say(`test-mail.protection.${values.protection}`, { sender })),
    ],
  }
}

function whichValues({ values, version }: Values<'test-mail'>['tested']): string {
  if (values === 'saved') return 'saved'
  return version === 0 ? 'first' : 'shown'
}

function certificateExpiring(
  values: Values<'certificate-expiring'>,
  { hub, wording }: Surroundings,
): Body {
  const { organization } = hub
  const { certificates, more, page } = values
  const say = (key: string, fillings = {}) =>
    wording.say(`certificate-expiring.${key}`, { organization, ...fillings })
  const count = certificates.length + more
  const items = certificates.map(({ address, uses, notAfter, fingerprint }) =>
    say('item', {
      address,
      uses: wording.list(uses.map((use) => say(`uses.${use}`))),
      date: wording.day(new Date(notAfter)),
      relative: wording.inDays(new Date(notAfter), new Date(values.at)),
      fingerprint,
    }),
  )
  return {
    subject: say('subject', { count }),
    blocks: [
      paragraph(say('intro', { count })),
      { is: 'list', items },
      ...(more === 0 ? [] : [paragraph(say('more', { count: more }))]),
      paragraph(say('consequence')),
      { is: 'link', label: say('action'), url: page },
    ],
  }
}

function paragraph(text: string): Block {
  return { is: 'paragraph', text }
}

function oneTimeLink(
  label: string,
  { link, validUntil }: { link: string; validUntil: string },
  wording: Wording,
): Block[] {
  const until = wording.moment(new Date(validUntil))
  return [{ is: 'link', label, url: link }, paragraph(wording.say('link-validity', { until }))]
}

/** When something happened, what else is known of it, and where it came from. */
function facts(
  {
    at,
    clientAddress,
    agent,
  }: { at: string; clientAddress?: string | undefined; agent?: string | undefined },
  more: readonly Fact[],
  wording: Wording,
): Block {
  const rows = [
    { label: 'at', value: wording.moment(new Date(at)) },
    ...more,
    ...(clientAddress === undefined ? [] : [{ label: 'clientAddress', value: clientAddress }]),
    ...(agent === undefined ? [] : [{ label: 'agent', value: agent }]),
  ]
  return {
    is: 'facts',
    rows: rows.map(({ label, value }) => ({
      label: wording.say(`facts.${label}`),
      value: wording.tame(value),
    })),
  }
}
