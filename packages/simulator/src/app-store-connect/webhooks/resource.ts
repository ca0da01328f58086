import { storeOf } from '../../world/team.ts'
import { apps } from '../apps/state.ts'
import type { AttributeShape, WriteBody } from '../json-api/body.ts'
import type { Resource } from '../json-api/resource.ts'
import { EVENT_TYPES } from './event-types.ts'
import { addWebhook, changeWebhook, removeWebhook, type WebhookWish } from './state.ts'
import { type WebhookRecord, webhookDeliveries, webhooks } from './store.ts'

const SHAPES: Readonly<Record<string, AttributeShape>> = {
  enabled: { kind: 'boolean' },
  eventTypes: { kind: 'strings', values: EVENT_TYPES },
  name: { kind: 'string' },
  secret: { kind: 'string' },
  url: { kind: 'string' },
}

function shapes(more: Partial<AttributeShape>): Record<string, AttributeShape> {
  return Object.fromEntries(Object.entries(SHAPES).map(([name, shape]) => [name, { ...shape, ...more }]))
}

/** What was sent; null changes nothing. The body's shape was checked. */
function wishOf(attributes: WriteBody['attributes']): Partial<WebhookWish> {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null)) as Partial<WebhookWish>
}

/** Addresses that are told what happens. Source: developer.apple.com/documentation/appstoreconnectapi/webhooks */
export const webhookResource: Resource<WebhookRecord> = {
  type: 'webhooks',
  attributeNames: ['enabled', 'eventTypes', 'name', 'url'],
  attributes: ({ enabled, eventTypes, name, url }) => ({ enabled, eventTypes, name, url }),
  relationships: {
    app: {
      kind: 'one',
      target: 'apps',
      isIncludable: true,
      hasLinks: false,
      related: (record, scene) => [storeOf(scene.team, apps).get(record.appId) ?? []].flat(),
    },
    deliveries: {
      kind: 'many',
      target: 'webhookDeliveries',
      isIncludable: false,
      relatedQuery: 'filters',
      related: (record, scene) => storeOf(scene.team, webhookDeliveries).by('webhook', record.id),
    },
  },
  find: (scene, id) => storeOf(scene.team, webhooks).get(id),
  isReadable: true,
  create: {
    body: {
      attributes: shapes({ isRequired: true }),
      relationships: { app: { kind: 'one', target: 'apps', isRequired: true } },
    },
    run: ({ attributes, relationships }, call) =>
      // Every attribute is required, so that the wish is whole.
      addWebhook(call, relationships.app?.[0] ?? '', wishOf(attributes) as WebhookWish),
  },
  update: {
    body: { attributes: shapes({ isNullable: true }) },
    run: ({ attributes }, call, record) => changeWebhook(call, record, wishOf(attributes)),
  },
  remove: (record, call) => removeWebhook(call, record),
  // Apple's article: Account Holder, Admin and App Manager, for reading too.
  permission: () => 'apps:write',
}
