import type { Context } from './context.ts'
import { cliErrors } from './errors.ts'
import { printable } from './printable.ts'

interface Decision {
  readonly question: string
  /** How things are when nobody says yes, as a part of a sentence. */
  readonly otherwise: string
}

/** Asks before something that cannot be undone; where nobody can be asked, names the option that says yes. Throws `cli.not_confirmed`. */
export async function askFirst({ terminal }: Context, { question, otherwise }: Decision): Promise<void> {
  const refused = (detail: string) => cliErrors.not_confirmed({}, { detail })
  if (!terminal.isInteractive) throw refused(`${otherwise}; nobody is there to be asked, so give --yes`)
  if (!(await terminal.confirm(printable(question)))) throw refused(otherwise)
}

/** Says whether an error is the no of a person. Where nobody can be asked, the command was given wrongly: that is a failure. */
export function isDeclined({ terminal }: Context): (error: unknown) => boolean {
  return (error) => terminal.isInteractive && cliErrors.not_confirmed.is(error)
}
