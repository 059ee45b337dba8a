import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PasskeyView } from '../../src/contract/sign-in-methods.ts'
import { useApi, useChange } from '../api/data.ts'
import { Confirm } from '../ui/Confirm.tsx'
import { Items } from '../ui/Items.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { Section } from '../ui/Section.tsx'
import { AddPasskey } from './AddPasskey.tsx'
import { METHODS_PATH } from './profile-paths.ts'
import { passkeyPath, RenamePasskey } from './RenamePasskey.tsx'
import type { MethodProps } from './TotpSection.tsx'

/** Passkeys: added, renamed, removed. */
export function PasskeysSection({ methods: { passkeys }, onCodes }: MethodProps) {
  const { t } = useTranslation('profile')
  const api = useApi()
  const [adding, setAdding] = useState(false)
  const [renaming, setRenaming] = useState<PasskeyView>()
  const [removing, setRemoving] = useState<PasskeyView>()
  const remove = useChange((id: string) => api.call(passkeyPath(id), { method: 'DELETE' }), {
    refreshes: [METHODS_PATH],
  })
  return (
    <Section
      title={t('passkey.title')}
      purpose={t('passkey.purpose')}
      action={
        <Button variant="default" onClick={() => setAdding(true)}>
          {t('passkey.add')}
        </Button>
      }
    >
      {passkeys.length === 0 ? (
        <Text c="dimmed">{t('passkey.none')}</Text>
      ) : (
        <Items
          label={t('passkey.title')}
          items={passkeys.map((passkey) => ({
            id: passkey.id,
            name: passkey.name,
            facts: [
              <RelativeTime
                key="added"
                at={passkey.addedAt}
                words={(when) => t('passkey.added', { when })}
              />,
              passkey.lastUsedAt === null ? (
                t('passkey.neverUsed')
              ) : (
                <RelativeTime
                  key="used"
                  at={passkey.lastUsedAt}
                  words={(when) => t('passkey.used', { when })}
                />
              ),
              t(passkey.isSynced ? 'passkey.synced' : 'passkey.notSynced'),
            ],
            actions: (
              <>
                <Button variant="default" onClick={() => setRenaming(passkey)}>
                  {t('passkey.rename')}
                </Button>
                <Button
                  variant="default"
                  onClick={() => {
                    remove.reset()
                    setRemoving(passkey)
                  }}
                >
                  {t('passkey.remove')}
                </Button>
              </>
            ),
          }))}
        />
      )}
      {adding && (
        <AddPasskey
          onClose={() => setAdding(false)}
          onDone={(codes) => {
            setAdding(false)
            onCodes(codes)
          }}
        />
      )}
      {renaming !== undefined && (
        <RenamePasskey passkey={renaming} onClose={() => setRenaming(undefined)} />
      )}
      {removing !== undefined && (
        <Confirm
          opened
          onClose={() => setRemoving(undefined)}
          title={t('passkey.ask', { name: removing.name })}
          action={t('passkey.remove')}
          busy={remove.busy}
          problem={remove.problem}
          onConfirm={() =>
            void remove.attempt(removing.id).then(({ problem }) => {
              if (problem === undefined) setRemoving(undefined)
            })
          }
        >
          {t('passkey.askText')}
        </Confirm>
      )}
    </Section>
  )
}
