import { storeOf } from '../../world/team.ts'
import { storeDate } from '../json-api/dates.ts'
import type { Resource } from '../json-api/resource.ts'
import { type WebhookEventRecord, webhookEvents } from '../webhooks/store.ts'

/** What was told; read along with deliveries only. */
export const webhookEventResource: Resource<WebhookEventRecord> = {
  type: 'webhookEvents',
  attributeNames: ['eventType', 'payload', 'ping', 'createdDate'],
  attributes: ({ createdAt, eventType, payload }) => ({
    eventType,
    payload,
    ping: eventType === null,
    createdDate: storeDate(createdAt),
  }),
  relationships: {},
  find: (scene, id) => storeOf(scene.team, webhookEvents).get(id),
  isReadable: false,
  permission: () => 'apps:write',
}
