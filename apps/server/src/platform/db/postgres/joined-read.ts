import { keyOf, type SharedParameter } from '../shared-parameter.ts'

type Ask<R> = (parameter: SharedParameter) => Promise<readonly R[]>

/**
 * Calls with an equal parameter that come while one is being read share the next read, which begins when that one ends: each sees at
 * least what was committed when it asked, and however many ask, one reads at a time.
 */
export function joined<R>(read: Ask<R>): Ask<R> {
  const underway = new Map<string, Promise<unknown>>()
  const next = new Map<string, Promise<readonly R[]>>()
  const begin = (key: string, parameter: SharedParameter) => {
    next.delete(key)
    const rows = read(parameter)
    underway.set(key, rows)
    const done = () => {
      if (underway.get(key) === rows) underway.delete(key)
    }
    rows.then(done, done)
    return rows
  }
  return (parameter) => {
    const key = keyOf(parameter)
    const waiting = next.get(key)
    if (waiting !== undefined) return waiting
    const before = underway.get(key)
    // Without one to wait for: at the end of this turn, so that all that ask in it are one.
    const turn = before === undefined ? Promise.resolve() : before.catch(() => {})
    const rows = turn.then(() => begin(key, parameter))
    next.set(key, rows)
    return rows
  }
}
