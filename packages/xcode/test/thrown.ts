import { type CordonError, isCordonError } from '@cordon/core/errors'

/** The error of the catalogue that an action ends with. Anything else fails the test. */
export function thrownBy(action: () => unknown): CordonError {
  try {
    action()
  } catch (error) {
    if (isCordonError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
