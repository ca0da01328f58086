import { signingErrors } from '../errors.ts'

// `security -i` cuts its input into lines of 4,096 bytes: what is longer would run as a second command.
const MAX_LINE_BYTES = 4_000
// Line breaks end a command and NUL ends the text; neither can be escaped.
const UNPASSABLE = /[\0\r\n]/

/** One word of a command, with the name a person knows it by. */
export interface Word {
  readonly field: string
  readonly value: string
}

/**
 * Spells a command as one line for `security -i`, which splits at blanks and takes `"` and `\` as the shell does.
 * Every word is quoted. Throws `signing.keychain_argument_invalid` for what cannot be passed.
 * Source: `split_line` in Apple's SecurityTool/macOS/security.c.
 */
export function commandLine(words: readonly (string | Word)[]): string {
  const line = `${words.map(quoted).join(' ')}\n`
  if (Buffer.byteLength(line) > MAX_LINE_BYTES) throw signingErrors.keychain_argument_invalid({ field: 'command' })
  return line
}

function quoted(word: string | Word): string {
  const { field, value } = typeof word === 'string' ? { field: 'command', value: word } : word
  if (UNPASSABLE.test(value)) throw signingErrors.keychain_argument_invalid({ field })
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}
