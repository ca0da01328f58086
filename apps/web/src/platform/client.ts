import './zod-without-eval.ts'
import { createClient } from '@cordon/api/client'

/** The API of the server that served this page; the session cookie goes along by itself. */
export const client = createClient({
  baseUrl: window.location.origin,
  fetch: (input, init) => window.fetch(input, { ...init, credentials: 'same-origin' }),
})
