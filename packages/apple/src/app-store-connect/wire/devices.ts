import { platform } from './platforms.ts'
import { type Attributes, choice, text, time } from './shape.ts'

/** Attributes of a device. Source: Apple's document, schema `Device`; further values are answered by the live service. */
export const deviceShape = {
  name: text,
  platform,
  udid: text,
  deviceClass: choice(
    ['APPLE_VISION_PRO', 'APPLE_WATCH', 'IPAD', 'IPHONE', 'IPOD', 'APPLE_TV', 'MAC'],
    ['APPLE_SILICON_MAC', 'INTEL_MAC'],
  ),
  status: choice(['ENABLED', 'DISABLED'], ['PROCESSING', 'INELIGIBLE']),
  model: text,
  addedDate: time,
}

/** A registered device. Only an `ENABLED` one gets into profiles. */
export type Device = { readonly id: string } & Attributes<typeof deviceShape>

/** The form in which UDIDs are compared: Apple keeps its own spelling, so case and dashes do not count. */
export function comparableUdid(udid: string): string {
  return udid.replace(/-/g, '').toUpperCase()
}
