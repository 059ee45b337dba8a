import type { HubSetup } from '../cli/hub-access.ts'
import { addressOfHub } from '../messages/mail-side.ts'
import type { OrganizationSettings } from '../policies/organization-settings.ts'
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
  await establishAuthority(foundation, settings)
  return settings
}

export async function establishAuthority(
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
