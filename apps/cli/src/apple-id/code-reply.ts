import type { CodeQuestion, CodeWay } from '@cordon/api/apple-sign-ins/schema'

/** What a person typed where a code was asked for. */
export type CodeReply =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'send'; readonly way: CodeWay }
  | { readonly kind: 'cancel' }
  /** Nothing that can be acted on; `why` says what is taken. */
  | { readonly kind: 'unclear'; readonly why: string }

const DEVICE: CodeWay = { kind: 'trusted-device' }
const MODES = { sms: 'sms', call: 'voice' } as const

/**
 * Reads digits, perhaps in groups, or one of the words `resend`, `device`, `sms N`, `call N`, `cancel`. A code of the wrong length is
 * not sent: it would cost a try. `lastWay`: how the newest code came.
 */
export function readReply(text: string, question: CodeQuestion, lastWay: CodeWay | undefined): CodeReply {
  const answer = text.trim().toLowerCase()
  const digits = answer.replace(/[\s-]/g, '')
  if (/^\d+$/.test(digits)) return readCode(digits, question)
  if (answer === 'cancel') return { kind: 'cancel' }
  if (answer === 'resend') return toSend(lastWay ?? waysOf(question)[0], 'Apple offers no way to send a code')
  if (answer === 'device') return toSend(question.hasTrustedDevice ? DEVICE : undefined, 'there is no trusted device')
  const [, word = '', place = '1'] = /^(sms|call)(?:\s+(\d{1,2}))?$/.exec(answer) ?? []
  if (word !== '') return toSend(phoneWay(question, word as keyof typeof MODES, place), `there is no number ${place}`)
  return { kind: 'unclear', why: `type the ${question.codeLength} digits, or ${wordsFor(question).join(', ')}` }
}

function readCode(code: string, { codeLength }: CodeQuestion): CodeReply {
  if (code.length === codeLength) return { kind: 'code', code }
  return {
    kind: 'unclear',
    why: `the code has ${codeLength} digits; this had ${code.length} and was not sent to Apple`,
  }
}

function toSend(way: CodeWay | undefined, why: string): CodeReply {
  return way === undefined ? { kind: 'unclear', why } : { kind: 'send', way }
}

function phoneWay({ phones }: CodeQuestion, word: keyof typeof MODES, place: string): CodeWay | undefined {
  const phone = phones[Number(place) - 1]
  return phone && { kind: 'phone', id: phone.id, mode: MODES[word] }
}

/** The ways that Apple offers, the least costly first. */
export function waysOf({ hasTrustedDevice, phones }: CodeQuestion): readonly CodeWay[] {
  return [
    ...(hasTrustedDevice ? [DEVICE] : []),
    ...phones.flatMap(({ id }): CodeWay[] => [
      { kind: 'phone', id, mode: 'sms' },
      { kind: 'phone', id, mode: 'voice' },
    ]),
  ]
}

/** The words that are understood for these ways. */
export function wordsFor(question: CodeQuestion): readonly string[] {
  return ['resend', ...waysOf(question).map((way) => wordFor(way, question)), 'cancel']
}

/** The word that asks for a way: `device`, `sms 1`, `call 1`. */
export function wordFor(way: CodeWay, { phones }: Pick<CodeQuestion, 'phones'>): string {
  if (way.kind === 'trusted-device') return 'device'
  const place = phones.findIndex(({ id }) => id === way.id) + 1
  return `${way.mode === 'sms' ? 'sms' : 'call'} ${place}`
}

/** Where a way leads, for people. */
export function describeWay(way: CodeWay, { phones }: Pick<CodeQuestion, 'phones'>): string {
  if (way.kind === 'trusted-device') return 'the trusted devices of this Apple ID'
  const number = phones.find(({ id }) => id === way.id)?.maskedNumber ?? 'the trusted number'
  return way.mode === 'sms' ? `${number}, by text message` : `${number}, by a call`
}
