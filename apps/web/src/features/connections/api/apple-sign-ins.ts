import { appleSignInRoutes } from '@cordon/api/apple-sign-ins/routes'
import type { CodeWay, newAppleSignIn } from '@cordon/api/apple-sign-ins/schema'
import type { z } from 'zod'
import { call, queryClient, readOf, usePages } from '../../../platform/queries.ts'

/** How a sign-in stands. */
export function signInQuery(signInId: string) {
  return readOf(appleSignInRoutes.read, { params: { signInId } })
}

/** The person's sign-ins that wait for their code, newest first. */
export function useWaitingSignIns() {
  return usePages([appleSignInRoutes.list.id], (cursor) => call(appleSignInRoutes.list, { query: { cursor } }))
}

/** Signs in to an Apple ID in order to connect it. */
export function startSignIn(body: z.input<typeof newAppleSignIn>) {
  return call(appleSignInRoutes.start, { body })
}

/** Signs in again to a connected Apple ID; without a password the stored one is used. */
export function signInAgain(connectionId: string, body: { password?: string | undefined }) {
  return call(appleSignInRoutes.again, { params: { connectionId }, body })
}

/** Asks Apple to send a code. */
export function sendCode(signInId: string, way: CodeWay) {
  return andReadAgain(signInId, call(appleSignInRoutes.sendCode, { params: { signInId }, body: { way } }))
}

/** Gives Apple the code. */
export function giveCode(signInId: string, way: CodeWay, code: string) {
  return andReadAgain(signInId, call(appleSignInRoutes.code, { params: { signInId }, body: { way, code } }))
}

/** Ends a sign-in and forgets its password. */
export function cancelSignIn(signInId: string) {
  return call(appleSignInRoutes.cancel, { params: { signInId } })
}

/** Makes the link by which one other person can type the code. */
export function handOverCode(signInId: string) {
  return call(appleSignInRoutes.handOff, { params: { signInId } })
}

// A refusal changes the sign-in, too: tries are counted, and the last one ends it.
async function andReadAgain<R>(signInId: string, answer: Promise<R>): Promise<R> {
  try {
    return await answer
  } catch (error) {
    await queryClient.invalidateQueries({ queryKey: signInQuery(signInId).queryKey })
    throw error
  }
}
