/** `sealpost smime inspect FILE` */

import {
  type CmsView,
  inspectMessage,
  type PartView,
  type RecipientView,
} from '../smime/inspect.ts'
import type { CertificateIdentifier } from '../formats/cms/certificate-identifier.ts'
import type { Order } from './commands.ts'
import { openMessage } from './files.ts'
import type { JsonObject, Reply } from './reply.ts'
import type { Surroundings } from './surroundings.ts'
import { algorithmName } from './algorithm-names.ts'
import { certificateView, identifierView } from './verdict-words.ts'

/** Shows the structure of a message. */
export async function inspectCommand(
  { files: [file = '-'] }: Order<unknown>,
  surroundings: Surroundings,
): Promise<Reply> {
  const source = await openMessage(file, surroundings)
  try {
    const message = inspectMessage(source)
    return { isYes: true, json: { message: partJson(message) }, lines: partLines(message, '') }
  } finally {
    source.close()
  }
}

function partJson({ cms, parts, ...rest }: PartView): JsonObject {
  return {
    ...rest,
    ...(cms === undefined ? {} : { cms: cmsJson(cms) }),
    parts: parts.map(partJson),
  }
}

function cmsJson(cms: CmsView): JsonObject {
  switch (cms.is) {
    case 'unreadable':
      return { ...cms }
    case 'encrypted': {
      const { recipients, cipher, ...rest } = cms
      return { ...rest, cipher: algorithmName(cipher), recipients: recipients.map(recipientJson) }
    }
    case 'signed': {
      const { signers, certificates, content, ...rest } = cms
      return {
        ...rest,
        signers: signers.map(({ identifier, digest, algorithm }) => ({
          identifier: identifierView(identifier),
          digest: algorithmName(digest),
          algorithm: algorithmName(algorithm),
        })),
        certificates: certificates.map(certificateView),
        ...(content === undefined ? {} : { content: partJson(content) }),
      }
    }
  }
}

function recipientJson({ kind, identifier, algorithm }: RecipientView): JsonObject {
  return {
    kind,
    ...(identifier === undefined ? {} : { identifier: identifierView(identifier) }),
    ...(algorithm === undefined ? {} : { algorithm: algorithmName(algorithm) }),
  }
}

function partLines(part: PartView, indent: string): readonly string[] {
  const name = part.fileName === undefined ? '' : ` ${JSON.stringify(part.fileName)}`
  const size = `${part.sizeBytes} bytes, ${part.transferEncoding}`
  return [
    `${indent}${part.path || 'message'}: ${part.type}${name} (${size})`,
    ...(part.cms === undefined ? [] : cmsLines(part.cms, `${indent}  `)),
    ...part.parts.flatMap((each) => partLines(each, `${indent}  `)),
  ]
}

function cmsLines(cms: CmsView, indent: string): readonly string[] {
  switch (cms.is) {
    case 'unreadable':
      return [`${indent}no readable CMS: ${cms.because}`]
    case 'encrypted':
      return [
        `${indent}encrypted with ${algorithmName(cms.cipher)}`,
        ...cms.recipients.map(
          ({ kind, identifier, algorithm = '' }) =>
            `${indent}  to ${identifier ? identifierText(identifier) : kind}, ${algorithmName(algorithm)}`,
        ),
      ]
    case 'signed':
      return [
        `${indent}signed, content ${cms.hasContent ? 'inside' : 'outside'}`,
        ...cms.signers.map(
          ({ identifier, digest, algorithm }) =>
            `${indent}  by ${identifierText(identifier)}, ${algorithmName(algorithm)}, ${algorithmName(digest)}`,
        ),
        ...cms.certificates.map(({ subject }) => `${indent}  with certificate ${subject.text}`),
        ...(cms.content === undefined ? [] : partLines(cms.content, `${indent}  `)),
      ]
  }
}

function identifierText(identifier: CertificateIdentifier): string {
  return Object.values(identifierView(identifier)).join(' serial ')
}
