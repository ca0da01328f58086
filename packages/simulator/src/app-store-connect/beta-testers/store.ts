import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'

/** A person who tests apps of the team. */
export interface BetaTesterRecord extends StoredRecord {
  readonly email: string
  readonly firstName: string | null
  readonly lastName: string | null
  readonly inviteType: 'EMAIL' | 'PUBLIC_LINK'
  readonly state: 'NOT_INVITED' | 'INVITED' | 'ACCEPTED' | 'INSTALLED' | 'REVOKED'
  readonly groupIds: readonly string[]
}

/** The team's testers. */
export const betaTesters: StoreDefinition<BetaTesterRecord> = {
  name: 'betaTesters',
  indexes: { email: (record) => [record.email.toLowerCase()], group: (record) => record.groupIds },
}
