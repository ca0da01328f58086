import type { WaitingSignIn } from '@cordon/api/apple-sign-ins/schema'

/** Apple takes the code of the newest sign-in to an Apple ID; those before are not worth going on with. */
export function newestOfEach(newestFirst: readonly WaitingSignIn[]): readonly WaitingSignIn[] {
  const names = newestFirst.map(({ accountName }) => accountName)
  return newestFirst.filter(({ accountName }, index) => names.indexOf(accountName) === index)
}
