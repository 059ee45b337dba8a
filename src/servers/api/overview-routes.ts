/** The first page: what needs a person, and how mail has been going. */

import { Overview, OverviewQuery } from '../../contract/overview.ts'
import { route } from './route.ts'

export const showOverview = route({
  method: 'GET',
  path: '/api/v1/overview',
  summary: 'What needs a person, and plots; each part only to those who may see it',
  permission: 'overview.read',
  query: OverviewQuery,
  replies: { 200: Overview },
  async handle({ query, caller }, hub) {
    return { status: 200, body: await hub.messages.overview.look(query.hours, caller.permissions) }
  },
})
