/** Names an operation of Apple's that is not simulated; `undefined` when Apple has none at this address. */
export function appleOperation(_method: string, _path: string): string | undefined {
  return undefined
}
