import { useQuery } from '@tanstack/react-query'
import { signInQuery } from '../api/apple-sign-ins.ts'

const HANDED_OVER_MS = 2_000
const ALONE_MS = 15_000

/** How a sign-in stands; looked at again while it waits for its code, often when somebody else may be typing it. */
export function useSignIn(signInId: string) {
  return useQuery({
    ...signInQuery(signInId),
    refetchInterval: ({ state: { data } }) => {
      if (data?.state.kind !== 'awaiting_code') return false
      return data.handOff === null ? ALONE_MS : HANDED_OVER_MS
    },
  })
}
