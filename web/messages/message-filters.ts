import { useTranslation } from 'react-i18next'
import {
  MESSAGE_SIGNED,
  MESSAGE_STATES,
  MESSAGE_STRENGTHS,
  MESSAGE_WAYS,
} from '../../src/contract/message-list.ts'
import type { Query } from '../api/client.ts'
import { useAddress } from '../ui/address.ts'
import type { Filter } from '../ui/ListControls.tsx'

/** What the address of the list holds; everything empty is everything. */
export const NO_FILTERS = {
  search: '',
  state: '',
  strength: '',
  signed: '',
  via: '',
  period: '',
  from: '',
  to: '',
  since: '',
  until: '',
  order: '',
}

export type MessageFilters = typeof NO_FILTERS

const HOUR_MS = 3_600_000

const PERIODS: Readonly<Record<string, number>> = {
  day: 24 * HOUR_MS,
  week: 7 * 24 * HOUR_MS,
  month: 30 * 24 * HOUR_MS,
}

/** Moves on in steps, so that a list that is looked at does not ask for something new all the time. */
const STEP_MS = 5 * 60_000

export function useMessageFilters() {
  return useAddress(NO_FILTERS)
}

/** What the hub is asked for. Days are those of the reader. */
export function queryOf(filters: MessageFilters, now: Date): Query {
  const { period, since, until, ...same } = filters
  const length = PERIODS[period]
  const begin =
    length === undefined
      ? momentOf(since, 0)
      : new Date(Math.floor((now.getTime() - length) / STEP_MS) * STEP_MS).toISOString()
  return { ...same, since: begin, until: momentOf(until, 1) }
}

/** Where a day of the reader begins, or one some days later; undefined when it is no day. */
function momentOf(day: string, daysLater: number): string | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)
  if (found === null) return undefined
  const [, year, month, date] = found.map(Number)
  const moment = new Date(year ?? 0, (month ?? 1) - 1, (date ?? 1) + daysLater)
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString()
}

/** The filters above the list that stand there always. */
export function useFilters(
  filters: MessageFilters,
  change: (changed: Partial<MessageFilters>) => void,
): Filter[] {
  const { t } = useTranslation('messages')
  return [
    {
      label: t('filter.state'),
      value: filters.state,
      options: withCurrent(
        [
          ...MESSAGE_STATES.map((value) => ({ value, label: t(`state.${value}`) })),
          { value: 'waiting,held', label: t('filter.notOver') },
          { value: 'failed,partly', label: t('filter.wentWrong') },
        ],
        filters.state,
      ),
      onChange: (state) => change({ state }),
    },
    {
      label: t('filter.strength'),
      value: filters.strength,
      options: withCurrent(
        MESSAGE_STRENGTHS.map((value) => ({ value, label: t(`strength.${value}`) })),
        filters.strength,
      ),
      onChange: (strength) => change({ strength }),
    },
    {
      label: t('filter.signed'),
      value: filters.signed,
      options: withCurrent(
        MESSAGE_SIGNED.map((value) => ({ value, label: t(`signed.${value}`) })),
        filters.signed,
      ),
      onChange: (signed) => change({ signed }),
    },
    {
      label: t('filter.period'),
      value: filters.period,
      options: ['day', 'week', 'month'].map((value) => ({ value, label: t(`filter.${value}`) })),
      onChange: (period) => change({ period, since: '' }),
    },
  ]
}

/** Where messages came in; one of the filters that are folded. */
export function useWays(via: string): Filter['options'] {
  const { t } = useTranslation('messages')
  return withCurrent(
    MESSAGE_WAYS.map((value) => ({ value, label: t(`via.${value}`) })),
    via,
  )
}

/** An address may ask for several values at once: they are shown as one more choice. */
function withCurrent(options: Filter['options'], value: string): Filter['options'] {
  if (value === '' || options.some((each) => each.value === value)) return options
  const label = value
    .split(',')
    .map((part) => options.find((each) => each.value === part)?.label ?? part)
    .join(', ')
  return [...options, { value, label }]
}
