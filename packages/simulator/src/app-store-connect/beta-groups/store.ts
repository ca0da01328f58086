import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'

/** A group of testers of an app. */
export interface BetaGroupRecord extends StoredRecord {
  readonly appId: string
  readonly name: string
  readonly createdAt: number
  readonly isInternal: boolean
  readonly hasAccessToAllBuilds: boolean
  readonly publicLinkEnabled: boolean
  readonly publicLinkId: string | null
  readonly publicLinkLimitEnabled: boolean
  readonly publicLinkLimit: number | null
  readonly feedbackEnabled: boolean
  readonly iosBuildsAvailableForAppleSiliconMac: boolean
  readonly iosBuildsAvailableForAppleVision: boolean
}

/** The team's groups. */
export const betaGroups: StoreDefinition<BetaGroupRecord> = {
  name: 'betaGroups',
  indexes: { app: (record) => [record.appId] },
}
