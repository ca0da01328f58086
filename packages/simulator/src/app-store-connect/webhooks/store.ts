import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'

/** An address that wants to be told what happens to an app. */
export interface WebhookRecord extends StoredRecord {
  readonly appId: string
  readonly name: string
  readonly url: string
  /** Signs deliveries; never told. */
  readonly secret: string
  readonly enabled: boolean
  readonly eventTypes: readonly string[]
}

/** Something that happened, as one webhook is told of it. */
export interface WebhookEventRecord extends StoredRecord {
  /** Null for a ping. */
  readonly eventType: string | null
  /** The exact text that is sent. */
  readonly payload: string
  readonly createdAt: number
}

/** One attempt to tell. */
export interface WebhookDeliveryRecord extends StoredRecord {
  readonly webhookId: string
  readonly eventId: string
  readonly url: string
  readonly state: 'PENDING' | 'SUCCEEDED' | 'FAILED'
  readonly createdAt: number
  readonly sentAt: number | null
  readonly isRedelivery: boolean
  readonly response: { readonly httpStatusCode: number; readonly body: string } | null
  readonly errorMessage: string | null
}

/** The team's webhooks. */
export const webhooks: StoreDefinition<WebhookRecord> = {
  name: 'webhooks',
  indexes: { app: (record) => [record.appId] },
}

/** What was told. */
export const webhookEvents: StoreDefinition<WebhookEventRecord> = { name: 'webhookEvents', indexes: {} }

/** The attempts to tell. */
export const webhookDeliveries: StoreDefinition<WebhookDeliveryRecord> = {
  name: 'webhookDeliveries',
  indexes: { webhook: (record) => [record.webhookId] },
}
