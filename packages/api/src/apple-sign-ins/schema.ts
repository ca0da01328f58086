import { z } from 'zod'
import { appSpecificPassword } from '../connections/schema.ts'
import { email, idOf, line, presentedToken, secretField, shownOnce, timestamp } from '../fields.ts'

/** The password of an Apple ID. Apple sets the rules; the limit keeps a mistaken paste out. */
const applePassword = secretField(z.string().min(1, 'must not be empty').max(256, 'must have at most 256 characters'))

export const newAppleSignIn = z.object({
  /** Name of the connection to be. */
  name: line(80),
  /** E-mail of the Apple ID. */
  accountName: email,
  password: applePassword,
  appSpecificPassword: appSpecificPassword.optional(),
})

/** Without a password the stored one is used. */
export const signInAgain = z.object({ password: applePassword.optional() })

/** How a code reaches a person. `id` is Apple's number of the phone. */
export const codeWay = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('trusted-device') }),
  z.object({ kind: z.literal('phone'), id: z.number().int(), mode: z.enum(['sms', 'voice']) }),
])
export type CodeWay = z.output<typeof codeWay>

export const sendCode = z.object({ way: codeWay })

export const codeAnswer = z.object({
  /** By which way the person got the code. */
  way: codeWay,
  code: secretField(
    z
      .string()
      .trim()
      .regex(/^\d{4,8}$/, 'must be the digits of the code'),
  ),
})

/** What a person who types the code must see. */
export const codeQuestion = z.object({
  codeLength: z.number().int(),
  hasTrustedDevice: z.boolean(),
  phones: z.array(z.object({ id: z.number().int(), maskedNumber: z.string() })),
  /** How Apple has sent a code; null when none has been sent. */
  sent: codeWay.nullable(),
  /** Before this no other code may be asked for; null when one may be. */
  resendAt: timestamp.nullable(),
  codesLeft: z.number().int(),
  triesLeft: z.number().int(),
})
export type CodeQuestion = z.output<typeof codeQuestion>

/** A link by which somebody else types the code, as the asker sees it. */
export const handOff = z.object({
  state: z.enum(['waiting', 'opened', 'done']),
  expiresAt: timestamp,
  openedBy: z.string().nullable(),
})

export const appleSignInState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('awaiting_code'), question: codeQuestion }),
  z.object({ kind: z.literal('connected') }),
  /** Nothing more comes of it: start again. `code`: page of the error catalogue. */
  z.object({ kind: z.literal('ended'), code: z.string(), title: z.string(), remedy: z.string() }),
])

/** A sign-in to Apple, from the password to the stored connection. It lives for minutes and survives a restart. */
export const appleSignIn = z.object({
  id: idOf('appleSignIn'),
  accountName: z.string(),
  name: z.string(),
  /** The connection: from the start when one is renewed, else when it is connected. */
  connectionId: idOf('connection').nullable(),
  state: appleSignInState,
  startedAt: timestamp,
  expiresAt: timestamp,
  handOff: handOff.nullable(),
})
export type AppleSignIn = z.output<typeof appleSignIn>

/** A sign-in that waits for its code, in a list. */
export const waitingSignIn = appleSignIn.pick({
  id: true,
  accountName: true,
  name: true,
  connectionId: true,
  startedAt: true,
  expiresAt: true,
})
export type WaitingSignIn = z.output<typeof waitingSignIn>

/** The link, shown once. Its token is in the fragment. */
export const newHandOff = z.object({ link: shownOnce(z.string()), expiresAt: timestamp })

export const openHandOff = z.object({ token: presentedToken })
export const handOffSendCode = sendCode.extend({ token: presentedToken })
export const handOffCode = codeAnswer.extend({ token: presentedToken })

/** What the person who got the link sees. */
export const openedHandOff = z.object({
  accountName: z.string(),
  /** Name of the person who asks. */
  askedBy: z.string(),
  expiresAt: timestamp,
  state: appleSignInState,
})
export type OpenedHandOff = z.output<typeof openedHandOff>
