import type { CodeQuestion, CodeWay } from '@cordon/api/apple-sign-ins/schema'

/** A way by which a code can reach a person, with its words. */
export interface OfferedWay {
  /** Tells ways apart. */
  readonly key: string
  readonly way: CodeWay
  readonly label: string
  /** `Sent by SMS to •• 85.` */
  readonly sentText: string
}

/** The ways that Apple offers for a sign-in: its devices first, then each phone by message and by call. */
export function waysOf({ hasTrustedDevice, phones }: CodeQuestion): readonly OfferedWay[] {
  const device: OfferedWay = {
    key: 'trusted-device',
    way: { kind: 'trusted-device' },
    label: 'Trusted iPhone, iPad or Mac',
    sentText: 'Apple shows the code on the trusted devices.',
  }
  return [
    ...(hasTrustedDevice ? [device] : []),
    ...phones.flatMap(({ id, maskedNumber }) => [
      phoneWay(id, 'sms', `SMS to ${maskedNumber}`, `Sent by SMS to ${maskedNumber}.`),
      phoneWay(id, 'voice', `Call to ${maskedNumber}`, `Apple calls ${maskedNumber} and reads the code out.`),
    ]),
  ]
}

function phoneWay(id: number, mode: 'sms' | 'voice', label: string, sentText: string): OfferedWay {
  const way: CodeWay = { kind: 'phone', id, mode }
  return { key: keyOf(way), way, label, sentText }
}

/** Tells ways apart. */
export function keyOf(way: CodeWay): string {
  return way.kind === 'phone' ? `${way.mode}-${way.id}` : way.kind
}
