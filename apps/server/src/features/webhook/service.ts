import { createHmac } from 'node:crypto'
import { type Clock, type Instant, MINUTE_MS, SECOND_MS, toIso } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import type { Tx } from '../../platform/db/database.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Jobs } from '../../platform/jobs/jobs.ts'
import type { JobHandler } from '../../platform/jobs/worker.ts'

/** Something that the instance reports. Never holds a secret. */
export interface WebhookEvent {
  /** A stable word, such as `apple_session.expiring`. */
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface WebhookParts {
  readonly jobs: Jobs
  readonly ids: Ids
  readonly clock: Clock
  readonly fetch: typeof fetch
  /** Undefined: nothing is reported. */
  readonly target: { readonly url: string; readonly secret: Secret<string> } | undefined
}

/** Reports to the one address that the operator set, signed, each until it is taken or given up. */
export interface Webhook {
  /** Puts a report on its way, inside the caller's transaction. Does nothing when no address is set. */
  report(tx: Tx, event: WebhookEvent): Promise<void>
  /** Sends a report; the job of it. */
  readonly deliver: JobHandler
}

/** Kind of the jobs. */
export const WEBHOOK_JOB = 'webhook.deliver'
const TIMEOUT_MS = 15 * SECOND_MS
const GIVE_UP_AFTER_MS = 24 * 60 * MINUTE_MS

/** Makes the feature. Form and signature are those of Standard Webhooks: `webhook-id`, `-timestamp`, `-signature`. */
export function createWebhook(parts: WebhookParts): Webhook {
  return {
    async report(tx, event) {
      if (parts.target === undefined) return
      const at = parts.clock.now()
      const payload = { id: parts.ids('notice'), at, body: JSON.stringify({ ...event, timestamp: toIso(at) }) }
      await parts.jobs.add(tx, { kind: WEBHOOK_JOB, payload, dueAt: at })
    },
    deliver: async (payload) => {
      const { id, at, body } = payload as { id: string; at: Instant; body: string }
      const now = parts.clock.now()
      // An address that was taken away, or that has not answered for a day, gets nothing more.
      if (parts.target === undefined || now - at > GIVE_UP_AFTER_MS) return
      await send(parts, parts.target, { id, now, body })
    },
  }
}

async function send(
  { fetch }: WebhookParts,
  target: NonNullable<WebhookParts['target']>,
  { id, now, body }: { readonly id: string; readonly now: Instant; readonly body: string },
): Promise<void> {
  const timestamp = String(Math.floor(now / SECOND_MS))
  const response = await fetch(target.url, {
    method: 'POST',
    redirect: 'error',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${sign(target.secret, `${id}.${timestamp}.${body}`)}`,
    },
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`the webhook answered ${response.status}`)
}

const SECRET_PREFIX = 'whsec_'

function sign(secret: Secret<string>, text: string): string {
  return createHmac('sha256', keyOf(secret.reveal())).update(text).digest('base64')
}

// As Standard Webhooks writes them: a prefix, then base64. Any other text is the key itself.
function keyOf(text: string): Buffer {
  return text.startsWith(SECRET_PREFIX) ? Buffer.from(text.slice(SECRET_PREFIX.length), 'base64') : Buffer.from(text)
}
