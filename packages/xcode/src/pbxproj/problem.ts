/** Why a text could not be scanned, and where. Internal to the reader, which turns it into an error of the catalogue. */
export class ScanProblem extends Error {
  readonly offset: number
  readonly isTruncation: boolean

  constructor(offset: number, reason: string, isTruncation: boolean) {
    super(reason)
    this.offset = offset
    this.isTruncation = isTruncation
  }
}

/** Makes the problem found at an offset of the text being scanned. */
export function failAt(
  scanner: { readonly bytes: Uint8Array },
  offset: number,
  reason: string,
  isTruncation = offset >= scanner.bytes.length,
): ScanProblem {
  return new ScanProblem(offset, reason, isTruncation)
}

/** The line, counted from 1, that an offset stands on; `\r\n`, `\n` and a lone `\r` end a line. */
export function lineAt(bytes: Uint8Array, offset: number): number {
  let line = 1
  for (let pos = 0; pos < offset && pos < bytes.length; pos++) {
    const byte = bytes[pos]
    if (byte === 0x0a || (byte === 0x0d && bytes[pos + 1] !== 0x0a)) line++
  }
  return line
}
