import { X509Certificate } from 'node:crypto'
import { type CordonError, isCordonError } from '@cordon/core/errors'
import { SECOND_MS } from '@cordon/core/instant'
import { appleErrors } from '../errors.ts'
import type { AppStoreConnect } from './client.ts'
import type { KeyKind } from './token.ts'
import type { Certificate } from './wire/certificates.ts'

/** What is checked of a key. */
export type CheckName = 'key_accepted' | 'role' | 'provisioning_readable' | 'agreements'
/** `unknown`: Apple's answers do not tell. `not_applicable`: the question does not arise for this kind of key. */
export type CheckResult = 'passed' | 'failed' | 'unknown' | 'not_applicable'

/** One thing that was checked, with a sentence for the person who connects the key. */
export interface Check {
  readonly name: CheckName
  readonly result: CheckResult
  readonly explanation: string
}

/**
 * What Apple's answers let infer of the role; no endpoint tells it.
 * `admin`: Admin or Account Holder. `app_manager_or_developer`: sees certificates but not users.
 * `limited`: sees apps only. An individual key acts as its user.
 */
export type InferredRole = 'admin' | 'app_manager_or_developer' | 'limited' | 'individual' | 'unknown'

/**
 * `accepted`: Apple takes the key. `accepted_with_limits`: it does, but a check failed.
 * `rejected`: Apple refuses the key. `undetermined`: Apple could not be asked (network, rate limit, failure on its side).
 */
export type KeyVerdict = 'accepted' | 'accepted_with_limits' | 'rejected' | 'undetermined'

/** What trying a key against Apple came to. */
export interface KeyCheck {
  readonly verdict: KeyVerdict
  readonly checks: readonly Check[]
  readonly role: InferredRole
  /** Undefined when no certificate or bundle ID tells it, as in a new team. */
  readonly teamId: string | undefined
  /** Why the verdict is `rejected` or `undetermined`, or what limits the key. */
  readonly error: CordonError | undefined
  /** Apple's clock minus ours in seconds; 0 while they agree within half a minute. */
  readonly clockSkewSeconds: number
}

type ProbeName = 'apps' | 'certificates' | 'users' | 'bundleIds'
type Probe<T = unknown> = { readonly value: T | undefined } | { readonly error: CordonError } | 'not_asked'
type Probes = Readonly<Record<ProbeName, Probe>>

const PATIENCE_MS = 20 * SECOND_MS

const ASKED = {
  team: ['apps', 'certificates', 'users', 'bundleIds'],
  individual: ['apps', 'users'],
  enterprise: ['certificates', 'users', 'bundleIds'],
} as const satisfies Record<KeyKind, readonly ProbeName[]>

/**
 * Tries a key against Apple with up to four small reads, and tells what it may do. Changes nothing at Apple.
 * Never throws for what Apple answers; `patienceMs` (20 s if absent) bounds the retries.
 */
export async function checkKey(
  client: AppStoreConnect,
  { patienceMs = PATIENCE_MS, signal }: { readonly patienceMs?: number; readonly signal?: AbortSignal } = {},
): Promise<KeyCheck> {
  const probes = await ask(client.within({ patienceMs, ...(signal !== undefined && { signal }) }))
  const checks = [
    keyAccepted(probes),
    role(probes, client.keyKind),
    provisioning(probes, client.keyKind),
    agreements(probes),
  ]
  return {
    verdict: verdictOf(checks),
    checks,
    role: inferRole(probes, client.keyKind),
    teamId: teamIdIn(probes),
    error: mostTelling(probes),
    clockSkewSeconds: Math.round(client.clockSkewMs() / SECOND_MS),
  }
}

/** One read first: a key that Apple does not know fails every read, and each failure is tried several times. */
async function ask(client: AppStoreConnect): Promise<Probes> {
  const [opening, ...others] = ASKED[client.keyKind]
  const probe = async (name: ProbeName) => [name, await caught(() => client[name].first())] as const
  const first = await probe(opening)
  const rest = provesKey(first[1]) ? await Promise.all(others.map(probe)) : []
  return { ...NOTHING_ASKED, ...Object.fromEntries([first, ...rest]) }
}

const NOTHING_ASKED: Probes = {
  apps: 'not_asked',
  certificates: 'not_asked',
  users: 'not_asked',
  bundleIds: 'not_asked',
}

async function caught(read: () => Promise<unknown>): Promise<Probe> {
  try {
    return { value: await read() }
  } catch (error) {
    if (isCordonError(error)) return { error }
    throw error
  }
}

function passed(probe: Probe): boolean {
  return probe !== 'not_asked' && 'value' in probe
}

function errorOf(probe: Probe): CordonError | undefined {
  return probe !== 'not_asked' && 'error' in probe ? probe.error : undefined
}

const list = (probes: Probes): readonly Probe[] => Object.values(probes)

const RIGHTS_REFUSALS = [appleErrors.forbidden_role, appleErrors.agreements_required, appleErrors.membership_inactive]
const OTHER_REFUSALS = [appleErrors.not_found, appleErrors.invalid_request, appleErrors.operation_not_offered]

// These refusals come after Apple has recognised the key.
function provesKey(probe: Probe): boolean {
  return passed(probe) || [...RIGHTS_REFUSALS, ...OTHER_REFUSALS].some((kind) => kind.is(errorOf(probe)))
}

function lacksRights(probe: Probe): boolean {
  return RIGHTS_REFUSALS.some((kind) => kind.is(errorOf(probe)))
}

function keyAccepted(probes: Probes): Check {
  const name = 'key_accepted'
  if (list(probes).some(provesKey)) return { name, result: 'passed', explanation: 'Apple accepts the key.' }
  const error = mostTelling(probes)
  if (appleErrors.key_rejected.is(error)) return { name, result: 'failed', explanation: sentence(error) }
  return { name, result: 'unknown', explanation: `Whether Apple accepts the key is not known: ${sentence(error)}` }
}

function inferRole(probes: Probes, kind: KeyKind): InferredRole {
  if (!list(probes).some(provesKey)) return 'unknown'
  if (kind === 'individual') return 'individual'
  if (passed(probes.users)) return 'admin'
  if (!appleErrors.forbidden_role.is(errorOf(probes.users))) return 'unknown'
  if (passed(probes.certificates)) return 'app_manager_or_developer'
  return appleErrors.forbidden_role.is(errorOf(probes.certificates)) ? 'limited' : 'unknown'
}

const ROLE_CHECKS = {
  admin: { result: 'passed', explanation: 'The key has the role Admin, which suffices for everything.' },
  app_manager_or_developer: {
    result: 'unknown',
    explanation:
      'The key is not an Admin key but sees certificates (App Manager or Developer). It can make development profiles and upload; distribution certificates and profiles usually need Admin.',
  },
  limited: {
    result: 'failed',
    explanation: 'The role of the key does not reach certificates and identifiers; automatic provisioning needs Admin.',
  },
  individual: { result: 'not_applicable', explanation: 'An individual key has the roles of its user.' },
  unknown: { result: 'unknown', explanation: 'Apple\u2019s answers do not let the role be inferred.' },
} as const satisfies Record<InferredRole, Omit<Check, 'name'>>

function role(probes: Probes, kind: KeyKind): Check {
  return { name: 'role', ...ROLE_CHECKS[inferRole(probes, kind)] }
}

function provisioning(probes: Probes, kind: KeyKind): Check {
  const name = 'provisioning_readable'
  const { certificates } = probes
  if (kind === 'individual') {
    const explanation = 'Apple gives individual keys no access to certificates, identifiers, devices and profiles.'
    return { name, result: 'not_applicable', explanation }
  }
  if (passed(certificates)) {
    return { name, result: 'passed', explanation: 'The key reads certificates, identifiers and profiles.' }
  }
  if (certificates === 'not_asked') {
    return { name, result: 'unknown', explanation: 'Not asked, because the first request had no answer that helps.' }
  }
  const error = errorOf(certificates)
  return { name, result: lacksRights(certificates) ? 'failed' : 'unknown', explanation: sentence(error) }
}

function agreements(probes: Probes): Check {
  const name = 'agreements'
  const missing = list(probes).map(errorOf).find(appleErrors.agreements_required.is)
  if (missing !== undefined) return { name, result: 'failed', explanation: sentence(missing) }
  const lapsed = list(probes).map(errorOf).find(appleErrors.membership_inactive.is)
  if (lapsed !== undefined) return { name, result: 'failed', explanation: sentence(lapsed) }
  if (list(probes).some(passed)) return { name, result: 'passed', explanation: 'No agreement is missing.' }
  return { name, result: 'unknown', explanation: 'Apple did not answer in a way that tells.' }
}

function verdictOf(checks: readonly Check[]): KeyVerdict {
  const accepted = checks.find(({ name }) => name === 'key_accepted')?.result
  if (accepted === 'failed') return 'rejected'
  if (accepted !== 'passed') return 'undetermined'
  return checks.some(({ result }) => result === 'failed') ? 'accepted_with_limits' : 'accepted'
}

// In this order: what stops everything, what hides the answer, what limits.
const TELLING = [
  appleErrors.membership_inactive,
  appleErrors.agreements_required,
  appleErrors.key_rejected,
  appleErrors.rate_limited,
  appleErrors.unreachable,
  appleErrors.timed_out,
  appleErrors.service_failed,
]

function mostTelling(probes: Probes): CordonError | undefined {
  const errors = list(probes)
    .map(errorOf)
    .filter((error) => error !== undefined)
  const telling = TELLING.map((kind) => errors.find(kind.is)).find((error) => error !== undefined)
  return telling ?? errorOf(probes.certificates) ?? errors.find((error) => !appleErrors.forbidden_role.is(error))
}

// The certificate's OU is the team id; a bundle ID's prefix is another id in old teams.
function teamIdIn(probes: Probes): string | undefined {
  return (
    organisationalUnit(readOf<Certificate>(probes.certificates)) ??
    readOf<{ seedId?: string }>(probes.bundleIds)?.seedId
  )
}

function readOf<T>(probe: Probe): T | undefined {
  return probe !== 'not_asked' && 'value' in probe ? (probe.value as T | undefined) : undefined
}

function organisationalUnit(certificate: Certificate | undefined): string | undefined {
  if (certificate?.certificateContent === undefined) return undefined
  try {
    const { subject } = new X509Certificate(certificate.certificateContent)
    return /^OU=([A-Z0-9]{10})$/m.exec(subject)?.[1]
  } catch {
    return undefined
  }
}

function sentence(error: CordonError | undefined): string {
  return error === undefined ? 'Apple gave no answer.' : `${error.detail ?? `${error.title}.`}`
}
