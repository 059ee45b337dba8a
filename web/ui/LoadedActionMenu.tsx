import { Menu } from '@mantine/core'
import { useMounted } from '@mantine/hooks'
import { cloneElement, useState } from 'react'
import type { ActionMenuProps } from './ActionMenu.tsx'

/** What `ActionMenu` loads when its button is pressed: the same button, and the menu open. */
export function LoadedActionMenu({ button, head, actions, width }: ActionMenuProps) {
  const [isOpen, setIsOpen] = useState(true)
  // It remembers where the focus was, to give it back, only if it sees itself being opened.
  const isMounted = useMounted()
  return (
    <Menu
      opened={isOpen && isMounted}
      onChange={setIsOpen}
      position="bottom-end"
      width={width}
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>{cloneElement(button, { autoFocus: true })}</Menu.Target>
      <Menu.Dropdown>
        {head !== undefined && <Menu.Label role="presentation">{head}</Menu.Label>}
        {actions.map(({ label, icon, onChoose }) => (
          <Menu.Item key={label} leftSection={icon} onClick={onChoose}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
