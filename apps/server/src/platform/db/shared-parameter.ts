/** What a shared read asks for. */
export type SharedParameter = string | Uint8Array

/** A text by which equal parameters are known. */
export function keyOf(parameter: SharedParameter): string {
  if (typeof parameter === 'string') return parameter
  return Buffer.from(parameter.buffer, parameter.byteOffset, parameter.byteLength).toString('latin1')
}
