/**
 * The layers of S/MIME that a message came with, found when it is accepted and stored with it: what
 * is known of them stays when the content is erased.
 *
 * What the hub has to read anyway, to see that a message is wholly encrypted, is not read again.
 * Messages that are no S/MIME cost nothing.
 */

import { HubError } from '../base/errors.ts'
import type { TrustBase } from '../certificates/choice.ts'
import type { LayerView } from '../contract/message-layers.ts'
import type { EnvelopeHeader } from '../formats/cms/enveloped-data.ts'
import { CONTENT_TYPE } from '../formats/cms/oids.ts'
import { sourceOf } from '../formats/mime/source.ts'
import { encryptedLayer } from '../smime/cms-layer.ts'
import { openMessage } from '../smime/open.ts'
import type { Layer, SignerVerdict } from '../smime/verdicts.ts'

/** Nobody reads more; strangers can send thousands. */
const MAX_NAMED = 20
const MAX_NAME_LENGTH = 500

/** Of a message that is wholly encrypted. It passes as it is: nothing is opened. */
export function layersOfEnvelope(header: EnvelopeHeader): LayerView[] {
  return [viewOf(encryptedLayer(header, { is: 'closed', because: 'no_key' }))]
}

/** Of any other message, from the outside in. One that cannot be read has none. */
export function readLayers(
  content: Uint8Array,
  { trust, at }: { trust: TrustBase; at: Date },
): LayerView[] {
  try {
    const opened = openMessage(sourceOf(content), { ...trust, decrypters: [], at })
    opened.close()
    return opened.layers.map(viewOf)
  } catch (error) {
    if (error instanceof HubError && /^(mime|smime)\./.test(error.code)) return []
    throw error
  }
}

/** What is kept of a layer. */
export function viewOf(layer: Layer): LayerView {
  switch (layer.kind) {
    case 'unreadable':
      return layer.contentType === CONTENT_TYPE.compressedData
        ? { is: 'compressed' }
        : { is: 'unreadable' }
    case 'encrypted':
      return {
        is: layer.envelope === 'enveloped' ? 'enveloped-data' : 'auth-enveloped-data',
        cipher: layer.cipher,
        recipients: layer.recipientCounts.map((each) => ({ ...each })),
        openedWith: layer.outcome.is === 'opened' ? layer.outcome.by.fingerprint : null,
      }
    case 'signed': {
      const { verdict, form, signers, certificates } = layer
      if (verdict.is === 'unsigned' && verdict.because === 'certificates_only') {
        const names = certificates.slice(0, MAX_NAMED).map(({ subject }) => nameOf(subject.text))
        return { is: 'certs-only', names, count: certificates.length }
      }
      return {
        is: 'signed-data',
        form,
        verdict: verdict.is,
        because: verdict.is === 'valid' ? null : verdict.because,
        signers: signers.slice(0, MAX_NAMED).map(signerOf),
      }
    }
  }
}

function signerOf(signer: SignerVerdict) {
  const { certificate, algorithms } = signer
  return {
    is: signer.is,
    because: signer.is === 'valid' ? null : signer.because,
    name: certificate === undefined ? null : nameOf(certificate.subject.text),
    certificate: certificate?.fingerprint ?? null,
    notBefore: certificate?.notBefore.toISOString() ?? null,
    notAfter: certificate?.notAfter.toISOString() ?? null,
    signedAt: signer.is === 'broken' ? null : (signer.signedAt?.toISOString() ?? null),
    digest: algorithms.digest,
    algorithm: algorithms.signature,
  }
}

function nameOf(subject: string): string {
  return subject.slice(0, MAX_NAME_LENGTH)
}
