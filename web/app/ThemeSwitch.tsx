import { NativeSelect, useMantineColorScheme } from '@mantine/core'
import { useTranslation } from 'react-i18next'

const SCHEMES = ['auto', 'light', 'dark'] as const

/** Light, dark, or as the system has it; kept in the browser. */
export function ThemeSwitch() {
  const { t } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <NativeSelect
      aria-label={t('preferences.theme')}
      value={colorScheme}
      onChange={(event) => {
        const chosen = SCHEMES.find((scheme) => scheme === event.currentTarget.value)
        if (chosen !== undefined) setColorScheme(chosen)
      }}
      data={SCHEMES.map((value) => ({ value, label: t(`preferences.${value}`) }))}
    />
  )
}
