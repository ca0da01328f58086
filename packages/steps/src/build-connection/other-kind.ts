import { CordonError } from '@cordon/core/errors'
import { stepErrors } from '../errors.ts'
import type { PortalData } from './portal-data.ts'

/** Says whether a choice takes an Apple ID and nothing else. */
export function wantsAppleId(connection: string): boolean {
  return connection === 'apple_id' || connection === 'enterprise_with_apple_id'
}

/** Why nothing was found, when the app uses a connection of the other kind than the one chosen; undefined when it uses none. */
export function otherKind(connection: string, data: PortalData | undefined): string | undefined {
  if (wantsAppleId(connection) && data?.key) return 'the app uses an API key only, and this needs an Apple ID'
  if (!wantsAppleId(connection) && data?.appleId)
    return `the app uses an Apple ID only, and connection is "${connection}"`
  return undefined
}

/**
 * `step.no_credentials` for a step that takes both kinds: when a connection of the other kind is there, the remedy begins with choosing
 * it, which asks nobody for anything.
 */
export function noCredentialsOfChoice(connection: string, data: PortalData | undefined, otherwise: string) {
  const other = otherKind(connection, data)
  const reason = data?.note?.message ?? other ?? otherwise
  const error = stepErrors.no_credentials({ reason }, { detail: reason })
  if (other === undefined) return error
  const { code, status, kind, title, details } = error
  const choice = data?.appleId ? 'apple_id' : 'api_key'
  const remedy = `Set connection to "${choice}" (or "automatic"), or connect the other kind under app › Team › Connected Apple Developer Portal account.`
  return new CordonError(code, { status, kind, title, remedy }, details, { detail: reason })
}
