import type { Warning } from './notices.ts'
import type { PortalProfile } from './port.ts'

/** Apple drops devices that are not ready from a new profile without a word; this says it. */
export function leftOutWarnings({ name }: PortalProfile, udids: readonly string[]): readonly Warning[] {
  if (udids.length === 0) return []
  return [
    {
      subject: name,
      text: `Apple left these devices out of "${name}", although it calls them enabled: ${udids.join(', ')}`,
      remedy:
        'Wait until Apple has processed them; a day after the profile was made the next run tries again. Their state is at https://developer.apple.com/account/resources/devices/list.',
    },
  ]
}
