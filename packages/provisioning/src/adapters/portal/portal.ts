import type { PortalClient } from '@cordon/apple/portal/client'
import type { DeveloperPortal, PortalIdentifiers } from '../../engine/port.ts'
import { createAppStoreConnectPortal } from '../app-store-connect/portal.ts'
import { identifierRefusals, translating } from '../app-store-connect/refusals.ts'

/**
 * The developer team that the session of an Apple ID opens: all that a key can do, by the portal's copy of the API, and App Groups,
 * iCloud containers and merchant IDs, which keys cannot make or attach.
 *
 * Besides the port's errors it lets those of `@cordon/apple` through, such as `apple.portal_session_expired`,
 * `apple.apple_id_role_insufficient`, `apple.agreements_required` and `apple.portal_unavailable`.
 *
 * @example
 * const client = createPortalClient(context, session, team)
 * const result = await provision(readDesired(wish), createSessionPortal(client), { clock })
 * await keep(client.session())
 */
export function createSessionPortal(client: PortalClient): DeveloperPortal {
  const keyKind = client.team.kind === 'enterprise' ? 'enterprise' : 'team'
  return { ...createAppStoreConnectPortal({ ...client, keyKind }), identifiers: identifying(client) }
}

function identifying({ identifiers }: PortalClient): PortalIdentifiers {
  const attachedTo: PortalIdentifiers['attachedTo'] = async ({ id }) =>
    Object.values(await identifiers.attached(id)).flat()

  return {
    list: identifiers.list,
    attachedTo,
    create: (wanted) => translating(identifierRefusals(wanted.identifier), () => identifiers.create(wanted)),
    attach: (bundleId, wanted) => {
      const [first] = wanted
      if (first === undefined) return Promise.resolve()
      return translating(identifierRefusals(wanted.map(({ identifier }) => identifier).join(', ')), async () => {
        // Apple takes the whole set, so what another run has attached must be in it.
        const before = (await attachedTo(bundleId)).filter(({ kind }) => kind === first.kind)
        const ids = new Set([...before, ...wanted].map(({ id }) => id))
        if (ids.size > before.length) await identifiers.attach(bundleId.id, first.kind, [...ids])
      })
    },
  }
}
