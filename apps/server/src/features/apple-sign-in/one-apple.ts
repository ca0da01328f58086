import { appleSignInErrors } from '@cordon/api/apple-sign-ins/errors'
import type { AppleSignInParts } from './parts.ts'

/** Throws `apple_sign_in.stand_in_mixed` when one half of the server's work goes to Apple and the other to a stand-in. */
export function requireOneApple({ isMixed }: Pick<AppleSignInParts, 'isMixed'>): void {
  if (isMixed) throw appleSignInErrors.stand_in_mixed()
}

/**
 * The same parts with a way to Apple that a mixed server does not give. Nothing reaches Apple but by it, so neither a
 * password nor a cookie leaves, whoever asks: a sign-in begun before the server was started like that, a build, a job.
 */
export function withOneApple(parts: AppleSignInParts): AppleSignInParts {
  const context = () => {
    requireOneApple(parts)
    return parts.context()
  }
  return { ...parts, context }
}
