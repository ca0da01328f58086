import type { CordonError } from '@cordon/core/errors'
import { cliErrors } from './errors.ts'

/** A kind of thing that a command takes from a list. */
export interface Listed<T> {
  /** What is looked for, after "no": `name or id of a trigger token of "Acme"`. */
  readonly what: string
  /** The command that shows the list. */
  readonly list: string
  /** What else than the id names a thing; all of it as it is shown. */
  readonly namesOf: (item: T) => readonly string[]
}

/**
 * The one thing of a list that has this id or name; an id wins over a name. Throws `cli.not_listed` and, naming the ids,
 * `cli.several_listed`.
 */
export function findOne<T extends { readonly id: string }>(
  items: readonly T[],
  wanted: string,
  { what, list, namesOf }: Listed<T>,
): T {
  const found = items.find(({ id }) => id === wanted)
  return onlyOne(found === undefined ? items.filter((item) => namesOf(item).includes(wanted)) : [found], wanted, {
    none: () => cliErrors.not_listed({ wanted, list }, { detail: `"${wanted}" is no ${what}; "${list}" shows them` }),
    several: (ids, detail) => cliErrors.several_listed({ wanted, ids, list }, { detail }),
  })
}

/** What is wrong when a name does not tell one thing. */
interface NotOne {
  readonly none: () => CordonError
  readonly several: (ids: readonly string[], detail: string) => CordonError
}

/** The one thing of those that have a name. */
export function onlyOne<T extends { readonly id: string }>(found: readonly T[], name: string, not: NotOne): T {
  const [one, ...others] = found
  if (one === undefined) throw not.none()
  if (others.length === 0) return one
  const ids = found.map(({ id }) => id)
  throw not.several(ids, `"${name}" is the name of ${ids.join(' and ')}`)
}
