import { channel } from 'node:diagnostics_channel'
import type { Answer, Incoming } from './service.ts'

/** An answer as it left a service, for whoever watches: a validator in a test run. */
export interface Observed {
  readonly service: string
  readonly method: string
  /** Path within the service. */
  readonly path: string
  readonly status: number
  readonly body: unknown
  /** Whether a fault or a setting changed the answer on purpose. */
  readonly isInjected: boolean
}

/** The name of the channel (`node:diagnostics_channel`) on which every simulator of the process tells its answers. */
export const OBSERVED_CHANNEL = 'cordon:simulator:answer'

const observed = channel(OBSERVED_CHANNEL)

/** Tells an answer to those who listen; costs nothing when nobody does. */
export function announce(service: string, request: Incoming, answer: Answer, isInjected: boolean): void {
  if (!observed.hasSubscribers) return
  const { method, path } = request
  const message: Observed = { service, method, path, status: answer.status, body: answer.body, isInjected }
  observed.publish(message)
}
