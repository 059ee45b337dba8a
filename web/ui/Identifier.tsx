import { ActionIcon, Button, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Hint } from './Hint.tsx'
import styles from './Identifier.module.css'

interface Props {
  readonly value: string
  /** What it is, for the button's name: *message ID*. */
  readonly label: string
  /** Longer ones are shortened in the middle; all of it is copied. */
  readonly maxLength?: number
}

/** Both ends of it, where identifiers differ. */
export function shorten(value: string, maxLength: number): string {
  if (value.length <= maxLength) return value
  const half = Math.floor((maxLength - 1) / 2)
  return `${value.slice(0, half)}…${value.slice(-half)}`
}

/** An identifier in monospace, shortened in the middle, with a button that copies all of it. */
export function Identifier({ value, label, maxLength = 20 }: Props) {
  const { t } = useTranslation()
  return (
    <span className={styles.identifier}>
      <code title={value}>{shorten(value, maxLength)}</code>
      <CopyText value={value} label={t('identifier.copy', { label })} />
    </span>
  )
}

/** A button that copies text; says so when it did. */
export function CopyText({ value, label }: { readonly value: string; readonly label: string }) {
  const { t } = useTranslation()
  return (
    <CopyButton value={value} timeout={2000}>
      {({ copied, copy }) => (
        <Hint label={copied ? t('identifier.copied') : label}>
          {(target) => (
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={copied ? t('identifier.copied') : label}
              onClick={copy}
              {...target}
            >
              {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            </ActionIcon>
          )}
        </Hint>
      )}
    </CopyButton>
  )
}

/** The same with its words on it, for a text that is worth a button. */
export function CopyTextButton({
  value,
  label,
  variant = 'default',
}: {
  readonly value: string
  readonly label: string
  readonly variant?: 'default' | 'filled'
}) {
  const { t } = useTranslation()
  return (
    <CopyButton value={value} timeout={2000}>
      {({ copied, copy }) => (
        <Button
          variant={variant}
          leftSection={
            copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
          }
          onClick={copy}
        >
          {copied ? t('identifier.copied') : label}
        </Button>
      )}
    </CopyButton>
  )
}
