import { createHmac } from 'node:crypto'
import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import {
  type WebhookDeliveryRecord,
  type WebhookEventRecord,
  type WebhookRecord,
  webhookDeliveries,
  webhookEvents,
} from './store.ts'

const TIMEOUT_MS = 5_000
const KEPT_CHARACTERS = 2_000
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** The value of `x-apple-signature`. */
export function signatureOf(secret: string, payload: string): string {
  return `hmacsha256=${createHmac('sha256', secret).update(payload).digest('hex')}`
}

type Result = Pick<WebhookDeliveryRecord, 'state' | 'response' | 'errorMessage'>

function failed(errorMessage: string): Result {
  return { state: 'FAILED', response: null, errorMessage }
}

/** Posts a payload. Nothing leaves the machine: other addresses than those of it count as not reachable. */
async function post(url: string, payload: string, secret: string): Promise<Result> {
  if (!LOOPBACK.test(new URL(url).hostname)) return failed('The simulator delivers to loopback addresses only')
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'x-apple-signature': signatureOf(secret, payload) },
      body: payload,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const body = (await answer.text()).slice(0, KEPT_CHARACTERS)
    const response = { httpStatusCode: answer.status, body }
    if (answer.ok) return { state: 'SUCCEEDED', response, errorMessage: null }
    return { state: 'FAILED', response, errorMessage: `The server answered ${answer.status}` }
  } catch (error) {
    return failed(error instanceof Error ? error.message : 'The server could not be reached')
  }
}

/** Sends an event to a webhook, and remembers how that went. */
export function deliver(
  { world, team, now }: Scene,
  webhook: WebhookRecord,
  event: WebhookEventRecord,
  isRedelivery = false,
): WebhookDeliveryRecord {
  const store = storeOf(team, webhookDeliveries)
  const { id } = store.add({
    id: newUuid(world.random),
    visibleAt: now,
    webhookId: webhook.id,
    eventId: event.id,
    url: webhook.url,
    state: 'PENDING',
    createdAt: now,
    sentAt: null,
    isRedelivery,
    response: null,
    errorMessage: null,
  })
  const times = world.settings.webhooksTellTwice && !isRedelivery ? 2 : 1
  world.outbox.send(async () => {
    let result = await post(webhook.url, event.payload, webhook.secret)
    for (let time = 1; time < times; time += 1) result = await post(webhook.url, event.payload, webhook.secret)
    const record = store.get(id)
    if (record !== undefined) store.change(record, { ...result, sentAt: world.clock.now() })
  })
  const delivery = store.get(id)
  if (delivery === undefined) throw new Error('a record that was just added is there')
  return delivery
}

/** What an event says. */
export interface Told {
  /** Null for a ping. */
  readonly eventType: string | null
  /** `data.type` of the payload. */
  readonly type: string
  readonly attributes: Readonly<Record<string, unknown>>
  /** What it is about. */
  readonly instance: { readonly type: string; readonly id: string }
}

const APPLE_BASE = 'https://api.appstoreconnect.apple.com/v1'

/** Writes an event down and sends it. The form: Apple's article, and the receivers of techinpark, blimp and treastrain. */
export function tellWebhook(scene: Scene, webhook: WebhookRecord, told: Told): WebhookEventRecord {
  const { team, world, now } = scene
  const { eventType, type, attributes, instance } = told
  const id = newUuid(world.random)
  const data = {
    type,
    id,
    version: 1,
    attributes: { ...attributes, timestamp: new Date(now).toISOString() },
    relationships: {
      instance: { data: instance, links: { self: `${APPLE_BASE}/${instance.type}/${instance.id}` } },
    },
  }
  const payload = JSON.stringify({ data })
  const event = storeOf(team, webhookEvents).add({ id, visibleAt: now, eventType, payload, createdAt: now })
  deliver(scene, webhook, event)
  return event
}
