import type { CordonError } from '@cordon/core/errors'
import { type Instant, toIso } from '@cordon/core/instant'
import type { Desired, LocalCertificate } from './desired.ts'
import { provisioningErrors } from './errors.ts'
import type { PortalCertificate } from './port.ts'
import { type CertificateKind, DISTRIBUTIONS, PLATFORMS, type ProfileKind } from './profile-kinds.ts'

/** A certificate whose key is at hand and that the team has at Apple. */
export interface UsableCertificate {
  readonly local: LocalCertificate
  readonly portal: PortalCertificate
}

/** What may go into profiles of one kind. */
export type CertificateChoice =
  /** The first one signs; all of them go into the profile. */
  | { readonly state: 'usable'; readonly certificates: readonly [UsableCertificate, ...UsableCertificate[]] }
  | { readonly state: 'to-create'; readonly kind: CertificateKind; readonly reason: string }
  | { readonly state: 'none'; readonly error: CordonError }

/** Chooses the certificates for one kind of profile: those at hand, valid, and known to Apple; the one that lasts longest signs. */
export function chooseCertificates(
  desired: Desired,
  atApple: readonly PortalCertificate[],
  kind: ProfileKind,
  now: Instant,
): CertificateChoice {
  const wanted = DISTRIBUTIONS[kind.distribution]
  const given = desired.certificates.filter(({ kind }) => kind === wanted.certificate)
  const valid = given.filter(({ expiresAt }) => expiresAt > now)
  const [first, ...others] = valid.flatMap((local) => match(local, atApple, kind, now)).sort(longestFirst)
  if (first !== undefined)
    return { state: 'usable', certificates: wanted.certificates === 'one' ? [first] : [first, ...others] }
  if (desired.createMissingCertificates.includes(wanted.certificate))
    return { state: 'to-create', kind: wanted.certificate, reason: whyNone(given, valid) }
  return { state: 'none', error: noCertificate(wanted.certificate, given, valid, atApple) }
}

/** Lists the team's certificates of one kind for people: name, serial number, expiry. */
export function describeAtApple(atApple: readonly PortalCertificate[], kind: CertificateKind): readonly string[] {
  return atApple
    .filter((certificate) => certificate.kind === kind)
    .map(({ name, serial, expiresAt }) => `${name}, serial ${serial}, expires ${day(expiresAt)}`)
    .sort()
}

/** The date of a time, for people: `2026-03-01`. */
export function day(at: Instant): string {
  return toIso(at).slice(0, 10)
}

function match(
  local: LocalCertificate,
  atApple: readonly PortalCertificate[],
  { platform }: ProfileKind,
  now: Instant,
): readonly UsableCertificate[] {
  const portal = atApple.find(({ serial, kind }) => serial === local.serial && kind === local.kind)
  if (portal === undefined || portal.expiresAt <= now) return []
  const fits = portal.family === 'all' || portal.family === PLATFORMS[platform].certificateFamily
  return fits ? [{ local, portal }] : []
}

// The serial number decides between equals, so that every run chooses alike.
function longestFirst(a: UsableCertificate, b: UsableCertificate): number {
  return b.local.expiresAt - a.local.expiresAt || (a.local.serial < b.local.serial ? -1 : 1)
}

function whyNone(given: readonly LocalCertificate[], valid: readonly LocalCertificate[]): string {
  if (given.length === 0) return 'none is at hand'
  return valid.length === 0 ? 'the ones at hand have expired' : 'the ones at hand are not in the team'
}

function noCertificate(
  certificateKind: CertificateKind,
  given: readonly LocalCertificate[],
  valid: readonly LocalCertificate[],
  atApple: readonly PortalCertificate[],
): CordonError {
  const shown = given.map(({ name, serial, expiresAt }) => `${name}, serial ${serial}, expires ${day(expiresAt)}`)
  if (valid.length === 0)
    return provisioningErrors.certificate_missing(
      { certificateKind, given: shown },
      { detail: `no valid ${certificateKind} certificate: ${whyNone(given, valid)}` },
    )
  return provisioningErrors.certificate_not_in_team(
    { certificateKind, given: shown, inTeam: describeAtApple(atApple, certificateKind) },
    {
      detail: `Apple does not list ${shown.join('; ')} among the team's ${certificateKind} certificates for this platform`,
    },
  )
}
