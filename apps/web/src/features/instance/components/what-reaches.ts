import type { AppleReached } from '@cordon/api/instance/routes'

const PARTS = {
  api_keys: 'API keys',
  enterprise_keys: 'keys of the Enterprise Program',
  apple_ids: 'Apple IDs',
} as const satisfies Record<AppleReached, string>

/** The end of the banner's sentence: what is given to this instance and goes to Apple all the same. */
export function whatReaches(reached: readonly AppleReached[]): string {
  if (reached.length === 0) return 'nothing here reaches Apple'
  return `${reached.map((part) => PARTS[part]).join(' and ')} still go to Apple itself`
}
