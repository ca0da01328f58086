import { type Clock, instant } from '@cordon/core/instant'

/** The machine's clock. */
export const systemClock: Clock = { now: () => instant(Date.now()) }
