import { Anchor } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { focusField, type FormState } from './form.ts'
import { NoteBox } from './NoteBox.tsx'

/** What is wrong in several fields, each a link to its field. Nothing for fewer than two. */
export function ErrorSummary<Values>({ form }: { form: FormState<Values> }) {
  const { t } = useTranslation()
  const wrong = Object.entries<string | undefined>(form.errors).filter(([, text]) => text)
  if (wrong.length < 2) return null
  return (
    <NoteBox kind="bad" role="alert" title={t('field.summary', { count: wrong.length })}>
      <ul>
        {wrong.map(([name, text]) => (
          <li key={name}>
            <Anchor
              href={`#${form.fieldId(name)}`}
              onClick={(event) => {
                event.preventDefault()
                focusField(form.fieldId(name))
              }}
            >
              {text}
            </Anchor>
          </li>
        ))}
      </ul>
    </NoteBox>
  )
}
