import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { tellWebhook } from './deliver.ts'
import { type EventType, payloadTypeOf } from './event-types.ts'
import { webhooks } from './store.ts'

/** Tells an app's webhooks what happened: those that are on and want to know. */
export function tell(
  scene: Scene,
  appId: string,
  eventType: EventType,
  attributes: Readonly<Record<string, unknown>>,
  instance: { readonly type: string; readonly id: string },
): void {
  for (const webhook of storeOf(scene.team, webhooks).by('app', appId)) {
    if (!webhook.enabled || !webhook.eventTypes.includes(eventType)) continue
    tellWebhook(scene, webhook, { eventType, type: payloadTypeOf(eventType), attributes, instance })
  }
}
