import { isCordonError } from '@cordon/core/errors'
import type { Command } from 'commander'

/**
 * Steps speak of their inputs by the names that CI systems know, `project_path`: gives the options that these are on a command line, in the
 * order in which the error names them, as a part of its hint. Empty when it names none.
 */
export function namedOptions(error: unknown, command: Pick<Command, 'options'> | undefined): string {
  if (!isCordonError(error) || command === undefined) return ''
  const text = `${error.detail ?? ''} ${error.remedy}`
  const places = command.options.flatMap(({ long }) => {
    const at = long ? text.search(asInput(long.slice(2))) : -1
    return long && at >= 0 ? [{ long, at }] : []
  })
  const named = places.sort((a, b) => a.at - b.at).map(({ long }) => long)
  return named.length === 0 ? '' : ` (here: ${named.join(', ')})`
}

/** A name of one word is a word like others unless it stands in quotes. */
function asInput(option: string): RegExp {
  const name = option.replaceAll('-', '_')
  return name.includes('_') ? new RegExp(`(?<![\\w-])${name}(?!\\w)`) : new RegExp(`"${name}"`)
}
