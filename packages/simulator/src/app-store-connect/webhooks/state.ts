import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { apps } from '../apps/state.ts'
import { conflict, invalidAttribute, invalidRelationship } from '../json-api/errors.ts'
import { type WebhookRecord, webhookDeliveries, webhooks } from './store.ts'

/** What a client says of a webhook. */
export type WebhookWish = Pick<WebhookRecord, 'name' | 'url' | 'secret' | 'enabled' | 'eventTypes'>

// Apple's article: ten of an app.
const MOST_OF_AN_APP = 10

function checkWish({ name, secret, url }: Partial<WebhookWish>): void {
  if (url !== undefined && !(URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) {
    throw invalidAttribute('url', `'${url.slice(0, 100)}' is not a valid address`)
  }
  if (name === '') throw invalidAttribute('name', 'The name must not be empty')
  if (secret === '') throw invalidAttribute('secret', 'The secret must not be empty')
}

/** Makes a webhook. */
export function addWebhook(scene: Scene, appId: string, wish: WebhookWish): WebhookRecord {
  if (storeOf(scene.team, apps).get(appId) === undefined) {
    throw invalidRelationship('app', `There is no resource of type 'apps' with id '${appId}'`)
  }
  checkWish(wish)
  const store = storeOf(scene.team, webhooks)
  if (store.count('app', appId) >= MOST_OF_AN_APP) {
    throw conflict(`An app may have up to ${MOST_OF_AN_APP} webhooks`, '/data/relationships/app')
  }
  return store.add({
    ...wish,
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, webhooks.name),
    appId,
  })
}

/** Changes a webhook. */
export function changeWebhook(scene: Scene, record: WebhookRecord, changes: Partial<WebhookWish>): WebhookRecord {
  checkWish(changes)
  return storeOf(scene.team, webhooks).change(record, changes)
}

/** Deletes a webhook with what is known of its deliveries. */
export function removeWebhook(scene: Scene, record: WebhookRecord): void {
  const deliveries = storeOf(scene.team, webhookDeliveries)
  for (const { id } of deliveries.by('webhook', record.id)) deliveries.remove(id)
  storeOf(scene.team, webhooks).remove(record.id)
}
