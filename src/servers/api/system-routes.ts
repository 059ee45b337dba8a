import { type NodeView, SystemView } from '../../contract/system.ts'
import type { HubNode } from '../../messages/hub-state/hub-state.ts'
import { route } from './route.ts'

export const showSystem = route({
  method: 'GET',
  path: '/api/v1/system',
  summary: 'How the hub is: versions, processes, what waits, what to look at',
  permission: 'system.read',
  replies: { 200: SystemView },
  async handle(_, hub) {
    const state = await hub.system.look()
    const { versions, startedAt, uptimeSeconds, publicUrl, database, jobs, warnings } = state
    const { queue, disk, lastMailTest } = state
    const body: SystemView = {
      versions,
      startedAt: startedAt.toISOString(),
      uptimeSeconds,
      publicUrl,
      nodes: state.nodes.map((node) => nodeView(node, state.nodeId)),
      database,
      queue: { ...queue, oldestWaitingSince: queue.oldestWaitingSince?.toISOString() ?? null },
      disk: disk ?? null,
      jobs,
      lastMailTest:
        lastMailTest === undefined
          ? null
          : { ...lastMailTest, startedAt: lastMailTest.startedAt.toISOString() },
      warnings: [...warnings],
    }
    return { status: 200, body }
  },
})

function nodeView(node: HubNode, nodeId: string): NodeView {
  const { id, host, startedAt, alive, lastSeenAt, roles, version } = node
  return {
    id,
    host,
    startedAt: startedAt.toISOString(),
    alive,
    lastSeenAt: lastSeenAt.toISOString(),
    roles: roles.filter((role) => role === 'web' || role === 'smtp' || role === 'worker'),
    version,
    answersThis: id === nodeId,
  }
}
