/** Whom PostgreSQL runs as: it refuses to run as root, and wants a user that has a name. */

import { readFileSync } from 'node:fs'
import { HubError } from '../base/errors.ts'

/** A user of this machine. */
export interface SystemUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** Tried in this order when the hub is root and nothing else is configured. */
const UNPRIVILEGED = ['sealpost', 'postgres', 'nobody']

/** The user of this process. @throws HubError `database.no_user` */
export function currentUser(): SystemUser {
  const uid = process.getuid?.() ?? -1
  return getUser((user) => user.uid === uid, `the user id ${uid} of the hub`)
}

/**
 * The user that PostgreSQL runs as: the hub's own, or, when the hub is root, the one configured,
 * else the first of `sealpost`, `postgres`, `nobody` that exists.
 *
 * @throws HubError `database.no_user`: not known here, or root itself
 */
export function clusterUser(configured?: string): SystemUser {
  const own = currentUser()
  if (own.uid !== 0) return own
  const users = readUsers()
  const names = configured === undefined ? UNPRIVILEGED : [configured]
  for (const name of names) {
    const user = users.find((each) => each.name === name && each.uid !== 0)
    if (user !== undefined) return user
  }
  throw new HubError(
    'database.no_user',
    `PostgreSQL does not run as root and none of these users exists: ${names.join(', ')}; ` +
      'add one with "useradd --system sealpost"',
  )
}

/** The user that owns a folder of the cluster. @throws HubError `database.no_user` */
export function userOfId(uid: number): SystemUser {
  return getUser((user) => user.uid === uid && uid !== 0, `the user id ${uid} of the cluster`)
}

function getUser(matches: (user: SystemUser) => boolean, what: string): SystemUser {
  const user = readUsers().find(matches)
  if (user === undefined) {
    throw new HubError('database.no_user', `${what} has no name in /etc/passwd`)
  }
  return user
}

function readUsers(): SystemUser[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 7)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
}
