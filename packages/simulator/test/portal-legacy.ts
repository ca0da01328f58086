import { udid } from './client.ts'
import type { LegacyAnswer, Portal } from './portal-browser.ts'
import { SIGNING_REQUEST } from './signing-request.ts'

/** How an action refused: HTTP status, result code, and what it complains of. */
export function refusal({ status, resultCode, validationMessages }: LegacyAnswer): readonly unknown[] {
  return [status, resultCode, validationMessages[0]?.validationKey]
}

/** What an action answered; throws when it refused. */
export function tryOut(answer: LegacyAnswer): LegacyAnswer['body'] {
  if (answer.resultCode !== 0) throw new Error(`refused: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** Adds an App ID and gives its id. */
export async function addAppId(portal: Portal, identifier: string, more = {}): Promise<string> {
  const wish = { name: identifier.replace(/[^A-Za-z0-9]+/g, ' ').trim(), identifier, type: 'explicit', ...more }
  return tryOut(await portal.legacy('ios/identifiers/addAppId.action', wish)).appId.appIdId
}

/** Adds the `n`th device and gives its id. */
export async function addDevice(portal: Portal, n: number, deviceClasses = 'iphone'): Promise<string> {
  const wish = { deviceClasses, deviceNumbers: udid(n), deviceNames: `Phone ${n}`, register: 'single' }
  return tryOut(await portal.legacy('ios/device/addDevices.action', wish)).devices[0].deviceId
}

/** Has a certificate issued and gives its id. */
export async function addCertificate(portal: Portal, type: string, more = {}): Promise<string> {
  const wish = { type, csrContent: SIGNING_REQUEST, appIdId: '', specialIdentifierDisplayId: '', ...more }
  return tryOut(await portal.legacy('ios/certificate/submitCertificateRequest.action', wish)).certRequest.certificateId
}
