import { Drawer } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useFocusGivenBack } from '../ui/focus-given-back.ts'
import { Menu } from './Menu.tsx'

interface Props {
  readonly path: string
  readonly onClose: () => void
}

/** The menu where there is no room for it beside the page. */
export function MenuDrawer({ path, onClose }: Props) {
  const { t } = useTranslation()
  useFocusGivenBack(true)
  return (
    <Drawer
      opened
      onClose={onClose}
      title={t('menu.title')}
      size={300}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Menu path={path} withPreferences />
    </Drawer>
  )
}
