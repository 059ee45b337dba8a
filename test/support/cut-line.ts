/** A line to a database that a test can cut and mend: the database itself goes on. */

import { connect, createServer, type Socket } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface CutLine {
  /** The folder of a socket by which the database is reached while the line holds. */
  readonly folder: string
  /** Ends every connection, and refuses new ones. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

const SOCKET = '.s.PGSQL.5432'

/** Opens a line to the server whose socket is in `target`. */
export async function openCutLine(target: string): Promise<CutLine> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-line-'))
  const sockets = new Set<Socket>()
  let isCut = false
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
    return socket
  }
  const server = createServer((near) => {
    keep(near)
    if (isCut) {
      near.destroy()
      return
    }
    const far = keep(connect(join(target, SOCKET)))
    near.pipe(far).pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  await new Promise<void>((resolve) => server.listen(join(folder, SOCKET), resolve))
  return {
    folder,
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    mend() {
      isCut = false
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
