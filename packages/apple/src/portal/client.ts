import { type Secret, secret } from '@cordon/core/secret'
import type { BundleIdCapabilities } from '../app-store-connect/bundle-id-capabilities.ts'
import { type BundleIds, createBundleIds } from '../app-store-connect/bundle-ids.ts'
import { type Certificates, createCertificates } from '../app-store-connect/certificates.ts'
import { createDevices, type Devices } from '../app-store-connect/devices.ts'
import { createProfiles, type Profiles } from '../app-store-connect/profiles.ts'
import type { AppleIdContext } from '../apple-id/context.ts'
import { createJar } from '../apple-id/cookies.ts'
import type { AppleIdSession, DeveloperTeam } from '../apple-id/model.ts'
import { createCalls } from './calls.ts'
import { createPortalCapabilities } from './capabilities.ts'
import { createIdentifiers, type PortalIdentifiers } from './identifiers.ts'
import { openLine } from './line.ts'
import { createPortalPerform } from './perform.ts'
import { createRecords, type PortalRecords } from './records.ts'

/** The developer portal for one team, through the session of an Apple ID. */
export interface PortalClient {
  readonly team: Pick<DeveloperTeam, 'teamId' | 'kind'>
  readonly bundleIds: BundleIds
  readonly bundleIdCapabilities: BundleIdCapabilities
  readonly certificates: Certificates
  readonly devices: Devices
  readonly profiles: Profiles
  readonly identifiers: PortalIdentifiers
  readonly records: PortalRecords
  /** Requests sent so far, retries included. */
  requests(): number
  /** The session with the cookies as Apple has renewed them: keep it afterwards. */
  session(): Secret<AppleIdSession>
}

/**
 * Opens the portal for a team of the session. What keys can do goes through the portal's copy of the App Store Connect API, the rest
 * through its older calls. Throws, in use, `apple.portal_session_expired`, `apple.portal_unavailable`,
 * `apple.apple_id_role_insufficient`, `apple.agreements_required`, `apple.membership_inactive` and what the API's client throws.
 *
 * ```ts
 * const { teams } = await listTeams(context, session)
 * const portal = createPortalClient(context, session, teams[0])
 * const groups = await portal.identifiers.list('app-group')
 * ```
 */
export function createPortalClient(
  context: AppleIdContext,
  session: Secret<AppleIdSession>,
  team: Pick<DeveloperTeam, 'teamId' | 'kind'>,
): PortalClient {
  const before = session.reveal()
  const jar = createJar(before.cookies, context.options.clock)
  const line = openLine(context, jar)
  const perform = createPortalPerform(context, line, team.teamId)
  const calls = createCalls(context, line, team.teamId)
  const bundleIds = createBundleIds(perform)
  return {
    team,
    bundleIds,
    bundleIdCapabilities: createPortalCapabilities(perform, bundleIds),
    certificates: createCertificates(perform),
    devices: createDevices(perform),
    profiles: createProfiles(perform),
    identifiers: createIdentifiers(calls),
    records: createRecords(calls),
    requests: line.requests,
    session: () => secret({ ...before, cookies: jar.cookies() }),
  }
}
