import { setTimeout as wait } from 'node:timers/promises'
import { appleSignInRoutes } from '@cordon/api/apple-sign-ins/routes'
import type { AppleSignIn } from '@cordon/api/apple-sign-ins/schema'
import type { Client } from '@cordon/api/client'
import { type Context, note } from '../context.ts'
import { localMoment } from '../local-time.ts'
import { printable } from '../printable.ts'

const POLL_MS = 1_000

/**
 * Prints the link by which somebody else types the code, and waits until that is done or the sign-in is over. Leaving the command does
 * not take the link back: it goes on until its time is over.
 */
export async function waitForOther(context: Context, client: Client, started: AppleSignIn): Promise<AppleSignIn> {
  const params = { signInId: started.id }
  const { link, expiresAt } = await client.call(appleSignInRoutes.handOff, { params })
  note(
    context,
    `Send this link to the person who has the code. It works for one person, until ${localMoment(expiresAt)}:\n`,
  )
  // With --json standard output holds one document, which comes at the end.
  if (context.json) note(context, `${link}\n`)
  else context.terminal.out(printable(`${link}\n`))
  let told = ''
  let current = started
  while (current.state.kind === 'awaiting_code') {
    const line = progressOf(current)
    if (line !== told) note(context, `${line}\n`)
    told = line
    await wait(POLL_MS)
    current = await client.call(appleSignInRoutes.read, { params })
  }
  return current
}

function progressOf({ handOff, state }: AppleSignIn): string {
  const tries = state.kind === 'awaiting_code' ? `; tries left: ${state.question.triesLeft}` : ''
  if (handOff?.openedBy) return `${handOff.openedBy} has opened the link${tries}`
  return 'waiting for somebody to open the link (Ctrl-C stops waiting; the link goes on)'
}
