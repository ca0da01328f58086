import { z } from 'zod'
import { idOf, timestamp } from '../fields.ts'

/** Something a person should know, told in the web app. */
export const notice = z.object({
  id: idOf('notice'),
  at: timestamp,
  /** `connection_authorised`, `authorisation_suspended`, `authorisation_withdrawn`, … */
  kind: z.string(),
  title: z.string(),
  body: z.string(),
  /** Path in the web app, or empty. */
  link: z.string(),
  readAt: timestamp.nullable(),
})
export type Notice = z.output<typeof notice>
