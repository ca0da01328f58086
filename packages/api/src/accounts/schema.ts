import { z } from 'zod'
import { count, email, idOf, line, page, password, presentedToken, shownOnce, timestamp } from '../fields.ts'
import { APP_ROLES, INSTANCE_ROLES } from '../route.ts'

export const person = z.object({
  id: idOf('user'),
  name: z.string(),
  email: z.string(),
  role: z.enum(INSTANCE_ROLES),
  /** Cannot sign in, and whatever they own is suspended. */
  disabled: z.boolean(),
  createdAt: timestamp,
})
export type Person = z.output<typeof person>

export const newAccount = z.object({ name: line(80), email, password })

export const signedIn = z.object({ person })

export const session = z.object({
  id: idOf('session'),
  createdAt: timestamp,
  lastSeenAt: timestamp,
  /** Browser and system as the client names itself, shortened. */
  client: z.string(),
  address: z.string(),
  current: z.boolean(),
})

export const TOKEN_SCOPES = ['read', 'write'] as const

export const personalToken = z.object({
  id: idOf('personalToken'),
  name: z.string(),
  scopes: z.array(z.enum(TOKEN_SCOPES)),
  createdAt: timestamp,
  expiresAt: timestamp,
  lastUsedAt: timestamp.nullable(),
})

export const newPersonalToken = z.object({
  name: line(80),
  scopes: z.array(z.enum(TOKEN_SCOPES)).min(1).max(2).default(['read', 'write']),
  expiresInDays: count(1, 365).default(90),
})

/** The only time the token is shown. */
export const createdPersonalToken = z.object({ personalToken, token: shownOnce(z.string()) })

export const invitation = z.object({
  id: idOf('invitation'),
  kind: z.enum(['instance', 'app']),
  /** Instance role, or role in the app's team. */
  role: z.enum([...INSTANCE_ROLES, ...APP_ROLES]),
  note: z.string(),
  invitedBy: z.object({ id: idOf('user'), name: z.string() }),
  createdAt: timestamp,
  expiresAt: timestamp,
})

/** The link carries its token in the fragment and is shown once. */
export const createdInvitation = z.object({ invitation, url: shownOnce(z.string()) })

/** What the invited person sees before accepting. */
export const invitationPreview = z.object({
  kind: z.enum(['instance', 'app']),
  role: z.enum([...INSTANCE_ROLES, ...APP_ROLES]),
  appName: z.string().nullable(),
  invitedBy: z.string(),
  expiresAt: timestamp,
})

export const acceptInvitation = z.object({
  token: presentedToken,
  /** Needed from somebody who has no account here; left out by who is signed in. */
  account: newAccount.strict().optional(),
})

export const acceptedInvitation = z.object({ person, appId: idOf('app').nullable() })

export const people = page(person)
