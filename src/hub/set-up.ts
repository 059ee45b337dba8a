import type { HubSetup } from '../cli/hub-access.ts'
import { AGPM_TEMPLATE } from '../delivery/registry-policies/agpm-template.ts'
import { addressOfHub } from '../messages/mail-side.ts'
import type { OrganizationSettings } from '../policies/organization-settings.ts'
import { provideTemplate } from '../policies/templates/ready-templates.ts'
import type { Foundation } from './foundation.ts'

/**
 * Makes the organisation, then its authority and the hub's identity. A hub that was killed between
 * the two makes up for it at its next start.
 */
export async function setUp(
  foundation: Foundation,
  { relayLogin: login, ...setup }: HubSetup,
): Promise<OrganizationSettings> {
  const { organization, mailConfiguration } = foundation
  const { relay: address, relayRoots: roots, ...entered } = setup.settings
  const id = setup.token === undefined ? 'command' : 'setup-link'
  const settings = await organization.completeSetup(
    { ...setup, settings: entered },
    async (tx, { domains }) => {
      if (address === undefined) return
      const relay = { address, login, roots }
      await mailConfiguration.setUpRelay(tx, { relay, domains, by: { id, name: id } })
    },
  )
  await complete(foundation, settings)
  return settings
}

/** What a hub has from its set-up on, and one that was set up before, or was killed then, from its start. */
export async function complete(
  foundation: Foundation,
  settings: OrganizationSettings,
): Promise<void> {
  await establishAuthority(foundation, settings)
  await provideTemplate(foundation, AGPM_TEMPLATE)
}

async function establishAuthority(
  { authority }: Foundation,
  settings: OrganizationSettings,
): Promise<void> {
  if ((await authority.find()) !== undefined) return
  await authority.establish({
    organization: settings.name,
    hubAddress: addressOfHub(settings),
    by: 'setup',
  })
}
