import type { Desired } from './desired.ts'
import type { Slot } from './model.ts'

/** Every profile that a wish needs: one per bundle ID, platform and distribution method. */
export function slotsOf({ bundleIds, distributions }: Pick<Desired, 'bundleIds' | 'distributions'>): readonly Slot[] {
  return bundleIds.flatMap(({ identifier, platform, distributions: own }) =>
    (own ?? distributions).map((distribution) => ({ identifier, platform, distribution })),
  )
}
