import type { StoredRecord } from '../../world/collection.ts'
import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { invalidRelationship } from '../json-api/errors.ts'
import type { Resource } from '../json-api/resource.ts'
import { tellWebhook } from '../webhooks/deliver.ts'
import { webhooks } from '../webhooks/store.ts'

function ping(scene: Scene, id: string): StoredRecord {
  const webhook = storeOf(scene.team, webhooks).get(id)
  if (webhook === undefined) {
    throw invalidRelationship('webhook', `There is no resource of type 'webhooks' with id '${id}'`)
  }
  const instance = { type: 'webhooks', id }
  return tellWebhook(scene, webhook, { eventType: null, type: 'webhookPingCreated', attributes: {}, instance })
}

/** Trials of webhooks; answered and not kept. Source: developer.apple.com/documentation/appstoreconnectapi/post-v1-webhookpings */
export const webhookPingResource: Resource = {
  type: 'webhookPings',
  attributeNames: [],
  attributes: () => ({}),
  relationships: {},
  find: () => undefined,
  isReadable: false,
  create: {
    body: { attributes: {}, relationships: { webhook: { kind: 'one', target: 'webhooks', isRequired: true } } },
    run: ({ relationships }, call) => ping(call, relationships.webhook?.[0] ?? ''),
  },
  permission: () => 'apps:write',
}
