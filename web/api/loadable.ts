import type { ApiProblem } from './problem.ts'

/** A value on its way: what every component that shows loaded data takes. */
export type Loadable<Value> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly problem: ApiProblem; readonly retry: () => void }
  | { readonly state: 'ready'; readonly value: Value }

/** The same state with another value. */
export function mapLoadable<From, To>(
  loadable: Loadable<From>,
  change: (value: From) => To,
): Loadable<To> {
  return loadable.state === 'ready' ? { state: 'ready', value: change(loadable.value) } : loadable
}
