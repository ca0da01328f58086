import { parseArgs } from 'node:util'

/** The size of the app and of its team. */
export interface Shape {
  readonly bundleIds: number
  readonly distributions: number
  readonly certificates: number
  readonly devices: number
  /** Entitlements of each bundle ID, each of which needs a capability. */
  readonly entitlements: number
  /** Test devices that the team does not have yet. */
  readonly register: number
  /** Milliseconds that every answer of Apple takes. */
  readonly latencyMs: number
}

const OPTIONS = {
  'bundle-ids': { type: 'string', default: '5' },
  distributions: { type: 'string', default: '2' },
  certificates: { type: 'string', default: '2' },
  devices: { type: 'string', default: '100' },
  entitlements: { type: 'string', default: '3' },
  register: { type: 'string', default: '0' },
  latency: { type: 'string', default: '100' },
} as const

/** The distribution methods in the order in which they are added; the first needs the devices. */
export const DISTRIBUTIONS = ['development', 'app-store', 'ad-hoc'] as const

/** Entitlements, each of which needs one capability that no bundle ID has by itself, and that capability. */
export const ENTITLEMENTS: readonly (readonly [entitlement: string, value: unknown, capability: string])[] = [
  ['aps-environment', 'development', 'PUSH_NOTIFICATIONS'],
  ['com.apple.developer.associated-domains', ['applinks:acme.example'], 'ASSOCIATED_DOMAINS'],
  ['com.apple.developer.siri', true, 'SIRIKIT'],
  ['com.apple.developer.healthkit', true, 'HEALTHKIT'],
  ['com.apple.developer.homekit', true, 'HOMEKIT'],
  ['com.apple.developer.networking.HotspotConfiguration', true, 'HOT_SPOT'],
  ['com.apple.developer.networking.multipath', true, 'MULTIPATH'],
  ['com.apple.developer.networking.wifi-info', true, 'ACCESS_WIFI_INFORMATION'],
]

/** Reads the flags of the benchmark. */
export function readShape(flags: readonly string[]): Shape {
  const { values } = parseArgs({ args: [...flags], options: { ...OPTIONS, json: { type: 'boolean' } } })
  const count = (name: keyof typeof OPTIONS, least: number, most: number) => {
    const value = Number(values[name])
    if (Number.isInteger(value) && value >= least && value <= most) return value
    throw new RangeError(`--${name} must be a whole number from ${least} to ${most}`)
  }
  const distributions = count('distributions', 1, DISTRIBUTIONS.length)
  return {
    bundleIds: count('bundle-ids', 1, 500),
    distributions,
    certificates: count('certificates', Math.min(distributions, 2), 20),
    devices: count('devices', 1, 2_000),
    entitlements: count('entitlements', 0, ENTITLEMENTS.length),
    register: count('register', 0, 500),
    latencyMs: count('latency', 0, 60_000),
  }
}

/** Requests that the sequential pattern needs when everything is in place. */
export function sequentialInPlace({ bundleIds, distributions, certificates, devices, register }: Shape): number {
  return certificates + pages(devices + register) + 4 * bundleIds * distributions
}

/** Requests that the sequential pattern needs when certificates and devices exist and nothing else does. */
export function sequentialFromEmpty(shape: Shape): number {
  const { bundleIds, distributions, certificates, devices, entitlements, register } = shape
  const first = bundleIds * (4 + entitlements)
  return certificates + pages(devices) + register + first + 4 * bundleIds * (distributions - 1)
}

function pages(devices: number): number {
  return Math.max(1, Math.ceil(devices / 20))
}
