import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { storeDate } from '../json-api/dates.ts'
import { invalidRelationship } from '../json-api/errors.ts'
import { equals } from '../json-api/filters.ts'
import type { Filter, Resource } from '../json-api/resource.ts'
import { deliver } from '../webhooks/deliver.ts'
import { type WebhookDeliveryRecord, webhookDeliveries, webhookEvents, webhooks } from '../webhooks/store.ts'

/** A bound of the date of creation; what is no date lets nothing pass. */
function created(isWithin: (createdAt: number, bound: number) => boolean): Filter<WebhookDeliveryRecord> {
  return { matches: ({ createdAt }, value) => isWithin(createdAt, Date.parse(value)) }
}

/** Sends again what a delivery sent. */
function redeliver(scene: Scene, templateId: string): WebhookDeliveryRecord {
  const template = storeOf(scene.team, webhookDeliveries).get(templateId)
  const event = storeOf(scene.team, webhookEvents).get(template?.eventId ?? '')
  const webhook = storeOf(scene.team, webhooks).get(template?.webhookId ?? '')
  if (event !== undefined && webhook !== undefined) return deliver(scene, webhook, event, true)
  throw invalidRelationship('template', `There is no resource of type 'webhookDeliveries' with id '${templateId}'`)
}

/** Attempts to tell. Source: developer.apple.com/documentation/appstoreconnectapi/webhook-deliveries */
export const webhookDeliveryResource: Resource<WebhookDeliveryRecord> = {
  type: 'webhookDeliveries',
  attributeNames: ['createdDate', 'deliveryState', 'errorMessage', 'redelivery', 'sentDate', 'request', 'response'],
  attributes: (record) => ({
    createdDate: storeDate(record.createdAt),
    deliveryState: record.state,
    errorMessage: record.errorMessage,
    redelivery: record.isRedelivery,
    sentDate: record.sentAt === null ? null : storeDate(record.sentAt),
    request: { url: record.url },
    response: record.response,
  }),
  relationships: {
    event: {
      kind: 'one',
      target: 'webhookEvents',
      isIncludable: true,
      hasLinks: false,
      related: (record, scene) => [storeOf(scene.team, webhookEvents).get(record.eventId) ?? []].flat(),
    },
  },
  find: (scene, id) => storeOf(scene.team, webhookDeliveries).get(id),
  filters: {
    deliveryState: equals((record) => record.state, ['SUCCEEDED', 'FAILED', 'PENDING']),
    createdDateGreaterThanOrEqualTo: created((createdAt, bound) => createdAt >= bound),
    createdDateLessThan: created((createdAt, bound) => createdAt < bound),
  },
  isReadable: false,
  create: {
    body: {
      attributes: {},
      relationships: { template: { kind: 'one', target: 'webhookDeliveries', isRequired: true } },
    },
    run: ({ relationships }, call) => redeliver(call, relationships.template?.[0] ?? ''),
  },
  permission: () => 'apps:write',
}
