import { InvalidArgumentError } from 'commander'

/** Reads an option that takes a whole number from 1; commander then names the option and exits as for any wrong use. */
export function countOption(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('It takes a whole number from 1.')
  return count
}
