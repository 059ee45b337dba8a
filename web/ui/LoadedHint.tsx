import { Tooltip } from '@mantine/core'

interface Props {
  readonly target: HTMLElement | null
  readonly label: string
  readonly opened: boolean
}

/** What `Hint` loads. */
export function LoadedHint(props: Props) {
  return <Tooltip {...props} />
}
