/** Says whether a transaction could not be ended because there is none: some failures, such as a full disk, end it by themselves. */
export function isOver(error: unknown): boolean {
  return error instanceof Error && error.message.includes('no transaction is active')
}
