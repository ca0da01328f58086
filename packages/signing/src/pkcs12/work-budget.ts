import { signingErrors } from '../errors.ts'

/** Hash rounds that one file may ask for; usual files ask for 2,048 to 10,000 at each of four places. */
const MAX_ROUNDS = 2_000_000

/** Counts the rounds of key derivation, so that a file made for it cannot keep the machine busy for hours. */
export interface WorkBudget {
  /** Takes rounds from the budget; throws `signing.unsupported_encryption` when it is used up. */
  spend(rounds: number): void
}

export function createWorkBudget(): WorkBudget {
  let left = MAX_ROUNDS
  return {
    spend(rounds) {
      left -= Math.max(rounds, 1)
      if (left < 0) throw signingErrors.unsupported_encryption({ algorithm: `${rounds} iterations` })
    },
  }
}
