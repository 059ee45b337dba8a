import type { ChangeControl } from '../../../policies/change-control.ts'
import type { Requests } from '../../../policies/requests/requests.ts'

/** What the routes of policies under change control ask of the hub. */
export interface ControlHub {
  readonly changeControl: ChangeControl
  readonly requests: Requests
}
