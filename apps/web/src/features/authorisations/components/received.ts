import type { AppAuthorisation } from '@cordon/api/authorisations/schema'
import type { ConnectionTypeName } from '@cordon/api/connections/schema'

/** What a build receives of an app's connection of one type. */
export type Received =
  | { readonly kind: 'nothing'; readonly why: string }
  | { readonly kind: 'something'; readonly things: readonly Thing[]; readonly note: string }

/** One of the things that a build receives. */
export interface Thing {
  readonly name: string
  /** Whoever has it can act as the team or as the person. */
  readonly isSecret: boolean
}

const secret = (name: string): Thing => ({ name, isSecret: true })
const open = (name: string): Thing => ({ name, isSecret: false })

/** All that the build protocol has for a connection of each type. */
const THINGS: Readonly<Record<ConnectionTypeName, readonly Thing[]>> = {
  app_store_connect_api_key: [
    secret('private key (.p8)'),
    open('key ID'),
    open('issuer ID'),
    open('whether it is an Enterprise key'),
  ],
  apple_id: [
    secret('password of the Apple ID'),
    secret('app-specific password, if one is stored'),
    secret('cookies of the session at Apple'),
    open('e-mail address of the Apple ID'),
    open('until when Apple trusts the session, if it has an end'),
  ],
}

/** What builds receive of what is chosen now. */
export function receivedOf({ type, current }: Pick<AppAuthorisation, 'type' | 'current'>): Received {
  if (current === null) return nothing('None is chosen for this app.')
  if (current.state === 'suspended') return nothing('The authorisation is suspended.')
  if (current.connection.kind === 'individual') return nothing('Individual keys are never released.')
  switch (current.connection.session?.state) {
    case 'password_refused':
    case 'locked':
    case 'action_needed':
      return nothing('Its owner has to sign in to Apple again first.')
    case 'expired':
      return { kind: 'something', things: THINGS[type], note: 'The session has ended, and its date says so.' }
    default:
      return { kind: 'something', things: THINGS[type], note: '' }
  }
}

function nothing(why: string): Received {
  return { kind: 'nothing', why }
}
