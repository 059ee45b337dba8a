import { NativeSelect } from '@mantine/core'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MICROSOFT_CLOUDS, type MicrosoftCloud } from '../../src/contract/new-mail-configuration.ts'
import { TextField, ValueView } from '../ui/Fields.tsx'
import type { MailDraft } from './mail-draft.ts'
import type { MailFormProps } from './mail-form.ts'

const CLOUDS = Object.keys(MICROSOFT_CLOUDS) as MicrosoftCloud[]
const CUSTOM = 'custom'

/** The end points that matter to this type, as one of the clouds has them. */
function endPointsOf(
  type: MailDraft['type'],
  cloud: MicrosoftCloud,
): Readonly<Record<string, string>> {
  const { authority, graph, scope, host } = MICROSOFT_CLOUDS[cloud]
  return type === 'microsoft' ? { authority, graph } : { authority, scope, host }
}

function cloudOf(draft: MailDraft): MicrosoftCloud | undefined {
  return CLOUDS.find((cloud) =>
    Object.entries(endPointsOf(draft.type, cloud)).every(
      ([name, value]) => name === 'host' || draft[name as keyof MailDraft] === value,
    ),
  )
}

/** Which of Microsoft's clouds the organisation is in; or end points of its own. */
export function CloudFields({ form }: Pick<MailFormProps, 'form'>) {
  const { t } = useTranslation('mail')
  const id = useId()
  const [ownChosen, setOwnChosen] = useState(false)
  const found = cloudOf(form.draft)
  const wrong = form.errors.authority ?? form.errors.graph ?? form.errors.scope
  const isOwn = found === undefined || ownChosen || wrong !== undefined
  const { type } = form.draft
  if (!form.editing && found !== undefined) {
    return <ValueView label={t('field.cloud')}>{t(`cloud.${found}`)}</ValueView>
  }
  const choose = (value: string) => {
    setOwnChosen(value === CUSTOM)
    const cloud = CLOUDS.find((each) => each === value)
    if (cloud === undefined) return
    for (const [name, end] of Object.entries(endPointsOf(type, cloud))) {
      form.set(name as 'authority', end)
    }
  }
  return (
    <>
      {form.editing ? (
        <NativeSelect
          id={id}
          label={t('field.cloud')}
          description={t('help.cloud')}
          inputWrapperOrder={['label', 'input', 'error', 'description']}
          value={isOwn ? CUSTOM : found}
          data={[...CLOUDS, CUSTOM].map((value) => ({ value, label: t(`cloud.${value}`) }))}
          onChange={(event) => choose(event.currentTarget.value)}
        />
      ) : (
        <ValueView label={t('field.cloud')}>{t('cloud.custom')}</ValueView>
      )}
      {isOwn && (
        <>
          <TextField
            form={form}
            name="authority"
            label={t('field.authority')}
            help={t('help.authority')}
            required
          />
          {type === 'microsoft' ? (
            <TextField form={form} name="graph" label={t('field.graph')} required />
          ) : (
            <TextField form={form} name="scope" label={t('field.scope')} required />
          )}
        </>
      )}
    </>
  )
}
