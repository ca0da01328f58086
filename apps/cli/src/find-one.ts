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
  const named = items.filter((item) => namesOf(item).includes(wanted))
  const found = items.find(({ id }) => id === wanted)
  const [one, ...others] = found === undefined ? named : [found]
  if (one === undefined)
    throw cliErrors.not_listed({ wanted, list }, { detail: `"${wanted}" is no ${what}; "${list}" shows them` })
  if (others.length === 0) return one
  const ids = named.map(({ id }) => id)
  throw cliErrors.several_listed({ wanted, ids, list }, { detail: `"${wanted}" is the name of ${ids.join(' and ')}` })
}
