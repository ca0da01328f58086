/** What a shared read asks for. */
export type SharedParameter = string | Uint8Array

/** A text by which equal parameters are known. */
export function keyOf(parameter: SharedParameter): string {
  return typeof parameter === 'string' ? parameter : Buffer.from(parameter).toString('latin1')
}
