/**
 * One job on a large message, in a process of its own so that its memory can be told: `protect IN
 * OUT`, `open IN OUT`. Prints what it cost as JSON.
 */

import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { openMessage as openFile, writeFile } from '../src/cli/files.ts'
import { decrypterFor } from '../src/formats/cms/decrypt.ts'
import { readCertificates } from '../src/formats/x509/containers.ts'
import { signerFor } from '../src/keys/signing.ts'
import { displayedMessage } from '../src/smime/display.ts'
import { openMessage } from '../src/smime/open.ts'
import { protectSource } from '../src/smime/protect-stream.ts'

const [job = '', input = '', output = '', keyFile = '', certificateFile = ''] =
  process.argv.slice(2)
const [certificate] = readCertificates(readFileSync(certificateFile))
if (certificate === undefined) throw new Error('a certificate is missing')
const privateKey = createPrivateKey(readFileSync(keyFile))
const at = new Date()
const source = await openFile(input, { stdin: process.stdin })

if (job === 'protect') {
  const signer = signerFor(privateKey, { certificate })
  const recipients = [{ certificate }]
  await writeFile(
    output,
    (write) => protectSource(source, { signer, recipients, cipher: 'aes-256-cbc', at }, write),
    { isPrivate: false },
  )
} else {
  const decrypters = [decrypterFor(certificate, privateKey)]
  const opened = openMessage(source, { decrypters, anchors: [certificate], at })
  if (opened.verdict.is !== 'valid') throw new Error(`not valid: ${JSON.stringify(opened.verdict)}`)
  await writeFile(
    output,
    (write) => {
      for (const piece of displayedMessage(opened)) write(piece)
    },
    { isPrivate: true },
  )
  opened.close()
}
source.close()

const { userCPUTime, systemCPUTime } = process.resourceUsage()
console.log(JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMb: peakMb() }))

/** Not `maxRSS`: that begins with what the process was as a copy of the one that started it. */
function peakMb(): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return (Number(kilobytes) * 1024) / 1e6
}
