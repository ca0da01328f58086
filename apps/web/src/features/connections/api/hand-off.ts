import { appleSignInRoutes } from '@cordon/api/apple-sign-ins/routes'
import type { CodeWay } from '@cordon/api/apple-sign-ins/schema'
import { call } from '../../../platform/queries.ts'

/** Opens the link that somebody handed over; from then on it works for this person only. */
export function openHandOff(token: string) {
  return call(appleSignInRoutes.openHandOff, { body: { token } })
}

/** Asks Apple to send a code, by the holder of the link. */
export function sendHandedOffCode(token: string, way: CodeWay) {
  return call(appleSignInRoutes.handOffSendCode, { body: { token, way } })
}

/** Gives Apple the code, by the holder of the link. */
export function giveHandedOffCode(token: string, way: CodeWay, code: string) {
  return call(appleSignInRoutes.handOffCode, { body: { token, way, code } })
}
