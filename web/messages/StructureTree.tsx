import { Text } from '@mantine/core'
import {
  IconFile,
  IconFolder,
  IconLock,
  IconMail,
  IconShieldLock,
  IconSignature,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { MessageDetail, StructurePart } from '../../src/contract/message-detail.ts'
import { useFormat } from '../ui/format.ts'
import { LayerList } from './LayerList.tsx'
import styles from './Message.module.css'

type Kind = 'cms' | 'signature' | 'signed' | 'encrypted' | 'message' | 'parts' | 'text' | 'file'

const ICONS = {
  cms: IconShieldLock,
  signature: IconSignature,
  signed: IconSignature,
  encrypted: IconLock,
  message: IconMail,
  parts: IconFolder,
  text: IconFile,
  file: IconFile,
} as const

/** What a part is to people, by its media type. */
function kindOf({ type, fileName }: StructurePart): Kind {
  if (/^application\/(x-)?pkcs7-mime/.test(type)) return 'cms'
  if (/^application\/((x-)?pkcs7|pgp)-signature/.test(type)) return 'signature'
  if (type.startsWith('multipart/signed')) return 'signed'
  if (type.startsWith('multipart/encrypted')) return 'encrypted'
  if (type.startsWith('message/rfc822')) return 'message'
  if (type.startsWith('multipart/')) return 'parts'
  return type.startsWith('text/') && fileName === null ? 'text' : 'file'
}

/** Parts and layers of the message as it came: types, names and sizes, never what is in them. */
export function StructureTree({ message }: { readonly message: MessageDetail }) {
  const { t } = useTranslation('message')
  const { structure, contentErasedAt } = message
  if (structure === null) {
    return (
      <>
        <Text c="dimmed">
          {t(contentErasedAt === null ? 'structure.unreadable' : 'structure.erased')}
        </Text>
        <LayerList message={message} />
      </>
    )
  }
  return (
    <>
      <LayerList message={message} />
      <Text c="dimmed">{t('structure.note')}</Text>
      <ul className={styles.tree}>
        <Part part={structure} />
      </ul>
    </>
  )
}

function Part({ part }: { readonly part: StructurePart }) {
  const { t } = useTranslation('message')
  const format = useFormat()
  const kind = kindOf(part)
  const Icon = ICONS[kind]
  return (
    <li>
      <div className={styles.part}>
        <span>
          <Icon size={18} aria-hidden />
          {part.fileName ?? t(`structure.kind.${kind}`)}
        </span>
        <code>{part.type}</code>
        <span className={styles.soft}>{part.transferEncoding}</span>
        <span className={styles.soft}>{format.size(part.sizeBytes)}</span>
      </div>
      {part.parts.length > 0 && (
        <ul>
          {part.parts.map((inner, index) => (
            <Part key={`${inner.path} ${index}`} part={inner} />
          ))}
        </ul>
      )}
    </li>
  )
}
