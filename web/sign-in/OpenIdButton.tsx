import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { comeBackTo } from '../app/come-back.ts'
import { OPENID_START } from './calls.ts'

interface Props {
  /** The provider's name. */
  readonly name: string
  /** Where to come back to. */
  readonly next: string
}

/** Leads to the organisation's provider, which signs in. */
export function OpenIdButton({ name, next }: Props) {
  const { t } = useTranslation('sign-in')
  return (
    <Button component="a" variant="default" href={OPENID_START} onClick={() => comeBackTo(next)}>
      {t('openid', { name })}
    </Button>
  )
}
