// Those that move the cursor, colour, erase or turn the direction of writing round.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g

/**
 * A text as a terminal may get it: what others wrote in it, such as names and answers of Apple, cannot steer the terminal. Line breaks and
 * tabs stay. The characters are shown as JSON writes them, so that a document stays the same one.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The same on one line, for a place where a line break would make it look like another one. */
export function printableLine(text: string): string {
  return printable(text.replace(/[\t\r\n]+/g, ' '))
}
