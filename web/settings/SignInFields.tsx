import { Title } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { SECOND_FACTOR_RULES } from '../../src/contract/sign-in-settings.ts'
import { TextAreaField, TextField, ValueView } from '../ui/Fields.tsx'
import { CheckField, ChoiceField, SwitchField } from '../ui/ChoiceFields.tsx'
import type { FormState } from '../ui/form.ts'
import { CopyText } from '../ui/Identifier.tsx'
import { NoteBox } from '../ui/NoteBox.tsx'
import { SecretField } from '../ui/SecretField.tsx'
import styles from './settings.module.css'
import { RoleMapping } from './RoleMapping.tsx'
import type { SignInDraft } from './sign-in-draft.ts'

interface Props {
  readonly form: FormState<SignInDraft>
  readonly redirectUri: string
  readonly kept: { readonly at?: string; readonly by?: string } | undefined
}

/** Who has to have a second factor; the provider, who may come by it, and what they become here. */
export function SignInFields({ form, redirectUri, kept }: Props) {
  const { t } = useTranslation('sign-in-settings')
  const { enabled, createAccounts, trustForAdministrators } = form.draft
  return (
    <>
      <ChoiceField
        form={form}
        name="secondFactor"
        label={t('field.secondFactor')}
        help={t('help.secondFactor')}
        choices={SECOND_FACTOR_RULES.map((value) => ({ value, label: t(`secondFactor.${value}`) }))}
      />
      <Title order={3}>{t('openid')}</Title>
      <SwitchField form={form} name="enabled" label={t('field.enabled')} help={t('help.enabled')} />
      <ValueView label={t('field.redirectUri')} help={t('help.redirectUri')} editing={form.editing}>
        <span className={styles.redirect}>
          <code>{redirectUri}</code>
          <CopyText value={redirectUri} label={t('copyRedirectUri')} />
        </span>
      </ValueView>
      <TextField
        form={form}
        name="name"
        label={t('field.name')}
        help={t('help.name')}
        required={enabled}
      />
      <TextField
        form={form}
        name="issuer"
        type="url"
        label={t('field.issuer')}
        help={t('help.issuer')}
        required={enabled}
      />
      <TextField form={form} name="clientId" label={t('field.clientId')} required={enabled} />
      <SecretField
        form={form}
        name="clientSecret"
        label={t('field.clientSecret')}
        help={t('help.clientSecret')}
        kept={kept}
      />
      <TextField form={form} name="scopes" label={t('field.scopes')} help={t('help.scopes')} />
      <TextAreaField
        form={form}
        name="allowedDomains"
        label={t('field.allowedDomains')}
        help={t('help.allowedDomains')}
        required={createAccounts}
        rows={3}
      />
      <CheckField
        form={form}
        name="createAccounts"
        label={t('field.createAccounts')}
        help={t('help.createAccounts')}
      />
      <TextField
        form={form}
        name="rolesClaim"
        label={t('field.rolesClaim')}
        help={t('help.rolesClaim')}
      />
      <RoleMapping form={form} />
      <CheckField
        form={form}
        name="trustForAdministrators"
        label={t('field.trustForAdministrators')}
        help={t('help.trustForAdministrators')}
      />
      {form.editing && trustForAdministrators && <NoteBox kind="warn">{t('trustWarning')}</NoteBox>}
    </>
  )
}
