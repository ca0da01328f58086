/** NextStep's upper half (128–255), which octal escapes name; from Apple's CFPropertyList conversion table. */
const NEXTSTEP_UPPER =
  '\u00a0ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖÙÚÛÜÝÞµ×÷©¡¢£⁄¥ƒ§¤’“«‹›ﬁﬂ®–†‡·¦¶•‚„”»…‰¬¿¹ˋ´ˆ˜¯˘˙¨²˚¸³˝˛ˇ—±¼½¾àáâãäåçèéêëìÆíªîïðñŁØŒºòóôõöæùúûıüýłøœßþÿ\ufffd\ufffd'

const NAMED: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
])

/** Undoes the escapes of a quoted string: `\n`, `\Uxxxx`, `\ooo` (NextStep), and a backslash before anything else. */
export function unescapeText(text: string): string {
  return text.replace(/\\(?:U([0-9A-Fa-f]{1,4})|([0-7]{1,3})|([\s\S]?))/g, (_, unicode, octal, other) => {
    if (unicode !== undefined) return String.fromCharCode(Number.parseInt(unicode, 16))
    if (octal !== undefined) return fromNextStep(Number.parseInt(octal, 8) & 0xff)
    return NAMED.get(other) ?? other
  })
}

function fromNextStep(code: number): string {
  return code < 128 ? String.fromCharCode(code) : NEXTSTEP_UPPER.charAt(code - 128)
}

const NEEDS_NO_QUOTES = /^[A-Za-z0-9_./$]+$/
const NEEDS_QUOTES = /\/\/|___/

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['"', '\\"'],
  ['\n', '\\n'],
  ['\t', '\\t'],
])

/** Writes a string as Xcode does: bare when it can be, else in double quotes. */
export function quote(text: string): string {
  if (NEEDS_NO_QUOTES.test(text) && !NEEDS_QUOTES.test(text)) return text
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be escaped
  return `"${text.replace(/[\\"\u0000-\u001f\u007f]/g, escapeCharacter)}"`
}

function escapeCharacter(character: string): string {
  return ESCAPES.get(character) ?? `\\U${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
