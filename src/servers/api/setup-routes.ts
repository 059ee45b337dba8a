import { SetupQuery, SetupReply, SetupRequest, SetupState } from '../../contract/setup.ts'
import { route } from './route.ts'

/** Who has the printed link may set the hub up, once: the link's token is the permission. */
export const completeSetup = route({
  method: 'POST',
  path: '/api/v1/setup',
  summary: 'Set a new hub up with the one-time link it printed',
  permission: 'public',
  tellsReasons: true,
  body: SetupRequest,
  replies: { 200: SetupReply },
  async handle({ body }, hub) {
    await hub.completeSetup(body)
    return { status: 200, body: { organization: body.organization } }
  },
})

export const showSetup = route({
  method: 'GET',
  path: '/api/v1/setup',
  summary: 'Whether the hub is set up, and whether a one-time link would do it',
  permission: 'public',
  query: SetupQuery,
  replies: { 200: SetupState },
  async handle({ query: { token } }, hub) {
    const isSetUp = await hub.isSetUp()
    const isLinkValid = token !== undefined && (await hub.accounts.isSetupLinkValid(token))
    return { status: 200, body: { isSetUp, isLinkValid } }
  },
})
