import { InvalidArgumentError } from 'commander'

/** Reads an option that takes a whole number from 1; commander then names the option and exits as for any wrong use. */
export function countOption(text: string): number {
  return countUpTo(Number.MAX_SAFE_INTEGER)(text)
}

/** The same with a most. */
export function countUpTo(most: number): (text: string) => number {
  return (text) => {
    const count = Number(text)
    if (/^\d+$/.test(text) && count >= 1 && count <= most) return count
    throw new InvalidArgumentError(
      `It takes a whole number from 1${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}.`,
    )
  }
}
