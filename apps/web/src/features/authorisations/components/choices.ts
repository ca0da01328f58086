import type { AppAuthorisation } from '@cordon/api/authorisations/schema'
import type { AppleSession } from '@cordon/api/connections/schema'
import { viewSession } from '../../../shared/apple-session-view.ts'
import type { ListChoice } from '../../../ui/choice-list.tsx'
import { TYPE_TEXTS } from './type-texts.ts'

/** Value of the entry that stands for no connection. */
export const NOT_SET = ''

type Option = AppAuthorisation['options'][number]

/**
 * The entries of the select: first what is in order, then what there is something to know about, then what cannot be chosen.
 * What is chosen stays in the list even when it is not offered any more, so that the select tells the truth.
 */
export function choicesOf({ type, current, options }: AppAuthorisation): ListChoice[] {
  const { identified } = TYPE_TEXTS[type]
  const offered = [...options]
    .sort((a, b) => rank(a) - rank(b))
    .map(({ connection, selectable, note }) => ({
      value: connection.id as string,
      label: connection.name,
      note: [identified(connection.identifier), `of ${connection.owner.name}`].join(' · '),
      warning: [note, sessionNote(connection.session, note)].filter(Boolean).join(' '),
      disabled: !selectable,
    }))
  const isGone = current !== null && !offered.some(({ value }) => value === current.connection.id)
  return [
    { value: NOT_SET, label: 'Connection not set', note: '', warning: '', disabled: false },
    ...offered,
    ...(isGone
      ? [
          {
            value: current.connection.id as string,
            label: current.connection.name,
            note: '',
            warning: 'Not offered any more.',
            disabled: true,
          },
        ]
      : []),
  ]
}

function rank({ selectable, note, connection }: Option): number {
  if (!selectable) return 2
  return note === '' && sessionNote(connection.session, note) === '' ? 0 : 1
}

// The server's own note tells of the same when there is one.
function sessionNote(session: AppleSession | null, note: string): string {
  if (session === null || note !== '') return ''
  const view = viewSession(session)
  return view.tone === 'success' ? '' : `${view.badge}.`
}
