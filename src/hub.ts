/**
 * Builds every part of a hub, once, and starts and stops them in order.
 *
 * Nothing else in the program knows how the parts fit together: each is handed what it needs here.
 * `openForCommand` builds what a command works with, `startHub` a hub that serves.
 */

import type { CommandHub, HubStart, RunningHub } from './cli/hub-access.ts'
import { ConfiguredTransport } from './delivery/configured-transport.ts'
import { MailboxTurns } from './delivery/graph/mailbox-turns.ts'
import { Presence } from './delivery/queue/presence.ts'
import { MailProbe } from './delivery/probe/mail-probe.ts'
import { buildMessages, MailSide } from './messages/mail-side.ts'
import { Listeners } from './servers/listeners.ts'
import { tlsMaterialFor } from './servers/tls-material.ts'
import { apiHub } from './hub/api-hub.ts'
import { jobsOf, notificationsOf, testMailWriter } from './hub/background.ts'
import { requestsOf } from './hub/change-control.ts'
import { hasOwnDatabase, lay } from './hub/foundation.ts'
import { complete, setUp } from './hub/set-up.ts'

/** Builds what a command works with. A running hub learns of new deliveries within a second. */
export async function openForCommand(start: HubStart): Promise<CommandHub> {
  const foundation = await lay(start, 'command')
  const { database, organization, mailConfiguration, accounts, certificates } = foundation
  const { authority } = foundation
  return {
    organization,
    mailConfiguration,
    mailTests: foundation.mailTests,
    accounts,
    factors: foundation.factors,
    links: foundation.accountSide.links,
    certificates,
    authority,
    messages: buildMessages(foundation),
    setUp: (setup) => setUp(foundation, setup),
    [Symbol.asyncDispose]: () => database.close(),
  }
}

/** Builds a hub and starts it: database, then delivery, then the listeners. */
export async function startHub(start: HubStart): Promise<RunningHub> {
  const { config, log, clock } = start
  const foundation = await lay(start, 'hub')
  const { database, db, organization, authority, publicAddress } = foundation
  const { policies, mailConfiguration, mailTests, signals } = foundation
  const has = (role: 'web' | 'smtp' | 'worker') => config.roles.includes(role)

  // In the order in which they began; they end the other way round.
  const parts: { stop(): Promise<void> }[] = [{ stop: () => database.close() }]
  const stop = async () => {
    for (const part of parts.splice(0).reverse()) await part.stop()
    log.info('hub.stopped')
  }
  const begun = <Part extends { stop(): Promise<void> }>(part: Part) => {
    parts.push(part)
    return part
  }
  try {
    await begun(signals).start()
    foundation.changeControl.heedVersionLimit()
    policies.listen(signals)
    const settings = await organization.find()
    if (settings !== undefined) await complete(foundation, settings)
    const presence = new Presence({ ...foundation, roles: config.roles })
    const turns = begun(new MailboxTurns({ ...foundation, processId: presence.id }))
    const transport = begun(
      new ConfiguredTransport({ clock, log, turns, route: () => mailConfiguration.route() }),
    )
    // Nobody else can use a database of our own: what was being done before is nobody's now.
    const isAlone = hasOwnDatabase(start)
    const mail = begun(new MailSide({ ...foundation, transport, presence, roles: config.roles }))
    await mail.start({ alone: isAlone })
    const notifications = notificationsOf(foundation, mail.messages)
    const jobs = begun(jobsOf(foundation, notifications))
    const requests = requestsOf(foundation, notifications)
    requests.handleJobs(jobs)
    const write = testMailWriter(foundation, notifications)
    mailTests.handleJobs(jobs, { probe: new MailProbe({ clock, turns }), write })
    // A hub that does no jobs puts some in.
    if (has('worker')) await jobs.start(db, { isAlone })
    else await jobs.prepare()
    // Tests that are under way end before the jobs that they are.
    begun(mailTests)
    const listeners = begun(
      new Listeners({
        ...start,
        tls: () => tlsMaterialFor(config, authority),
        settings: () => organization.find(),
        publicAddress,
        hub: apiHub(foundation, mail, { notifications, requests }),
      }),
    )
    const { web, submission, relay } = await listeners.open()
    log.info('hub.started', { roles: config.roles, web, submission, relay })
    return {
      webAddress: web,
      submissionAddress: submission,
      relayAddress: relay,
      setupLink:
        settings === undefined && web !== undefined
          ? publicAddress.link(`/setup?token=${(await organization.createSetupLink()).token}`)
          : undefined,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
