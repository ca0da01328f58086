/**
 * The name of an entry as text. Apple's tools leave the flag for UTF-8 out at times, so UTF-8 is tried always; what is not
 * UTF-8 is no name of theirs.
 */
export function decodeName(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const MAX_NAME_LENGTH = 1_024

/** Each with what is said when it holds. Whoever made the archive chose the name; a reader may make a path of it. */
const UNSAFE: readonly (readonly [reason: string, isSo: (name: string, parts: readonly string[]) => boolean])[] = [
  ['it is empty', (name) => name === ''],
  ['it is too long', (name) => name.length > MAX_NAME_LENGTH],
  ['it is absolute', (name) => name.startsWith('/') || /^[A-Za-z]:/.test(name)],
  ['it holds a backslash', (name) => name.includes('\\')],
  ['it holds a control character', (name) => /\p{Cc}/u.test(name)],
  ['it leads upwards', (_, parts) => parts.includes('..')],
  ['it holds an empty part', (_, parts) => parts.includes('') || parts.includes('.')],
]

/** Why a name may not become a path below a folder; undefined when it may. A slash at its end marks a folder. */
export function whyUnsafe(name: string): string | undefined {
  const parts = (name.endsWith('/') ? name.slice(0, -1) : name).split('/')
  return UNSAFE.find(([, isSo]) => isSo(name, parts))?.[0]
}
