import { parseInstant, toIso } from '@cordon/core/instant'
import type { Desired, DesiredInput, LocalCertificate } from '@cordon/provisioning/engine/desired'
import { z } from 'zod'
import { invalid } from '../inputs.ts'

const platform = z.enum(['ios', 'tvos', 'macos', 'mac-catalyst'])
const distribution = z.enum(['development', 'ad-hoc', 'app-store', 'enterprise', 'developer-id'])
const certificateKind = z.enum(['development', 'distribution', 'developer-id'])
const text = z.string().min(1).max(300)

const certificate = z.strictObject({
  serial: text,
  kind: certificateKind,
  teamId: z.string().max(40),
  name: text,
  expiresAt: z.iso.datetime({ offset: true }),
  sha1: z.string().regex(/^[0-9A-Fa-f]{40}$/),
})

/** A wish for signing assets as a file: what shall be true at Apple. No secret is in it. */
export const desiredShape = z.strictObject({
  version: z.literal(1),
  distributions: z.array(distribution).min(1),
  bundleIds: z
    .array(
      z.strictObject({
        identifier: text,
        platform: platform.default('ios'),
        name: text.optional(),
        entitlements: z.record(z.string(), z.unknown()).default({}),
        distributions: z.array(distribution).min(1).optional(),
      }),
    )
    .min(1)
    .max(500),
  registerDevices: z
    .array(z.strictObject({ udid: text, name: text.optional() }))
    .max(2_000)
    .default([]),
  minProfileDaysValid: z.int().min(0).max(300).default(0),
  /** Certificates whose keys are at hand elsewhere. Those of `certificate_urls` are added. */
  certificates: z.array(certificate).max(50).default([]),
  createMissingCertificates: z.array(certificateKind).default([]),
})
export type DesiredFile = z.output<typeof desiredShape>

const MAX_LENGTH = 5_000_000

/** Reads a wish from JSON. Throws `step.input_invalid` naming the field at fault; `input` says where the text came from. */
export function parseDesiredFile(json: string, input: string): DesiredFile {
  const parsed = desiredShape.safeParse(parseJson(json, input))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalid(input, `a desired state: at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'wrong'}`)
}

/** Reads JSON of a sensible size. Throws `step.input_invalid`. */
export function parseJson(json: string, input: string): unknown {
  if (json.length > MAX_LENGTH) throw invalid(input, `a file of at most ${MAX_LENGTH} characters`)
  try {
    return JSON.parse(json)
  } catch {
    throw invalid(input, 'a file of JSON')
  }
}

/** The wish as the engine takes it. */
export function toDesiredInput(file: DesiredFile): DesiredInput {
  const { version: _, bundleIds, certificates, registerDevices, ...rest } = file
  return {
    ...rest,
    bundleIds: bundleIds.map(({ name, distributions, ...bundleId }) => ({
      ...bundleId,
      ...(name !== undefined && { name }),
      ...(distributions !== undefined && { distributions }),
    })),
    registerDevices: registerDevices.map(({ udid, name }) => ({ udid, ...(name !== undefined && { name }) })),
    certificates: certificates.map((one): LocalCertificate => ({ ...one, expiresAt: parseInstant(one.expiresAt) })),
  }
}

/** A wish that was checked, as a file. Devices that were refused are not in it. */
export function toDesiredFile(desired: Desired): DesiredFile {
  const { bundleIds, distributions, certificates, createMissingCertificates, devices, minProfileDaysValid } = desired
  return {
    version: 1,
    distributions: [...distributions],
    bundleIds: bundleIds.map(({ identifier, platform, name, entitlements, distributions: own }) => ({
      ...{ identifier, platform, entitlements: { ...entitlements } },
      ...(name !== undefined && { name }),
      ...(own !== undefined && { distributions: [...own] }),
    })),
    registerDevices: devices.map(({ udid, name }) => ({ udid, name })),
    minProfileDaysValid,
    certificates: certificates.map((one) => ({ ...one, expiresAt: toIso(one.expiresAt) })),
    createMissingCertificates: [...createMissingCertificates],
  }
}
