import { posix } from 'node:path'

/** Operators without an operand, such as `$(X:lower)`. Source: Swift Build, SWBMacro, commit 41aee626. */
const RETRIEVALS: ReadonlyMap<string, (value: string) => string> = new Map([
  ['quote', (value) => value.replace(/[\s"'\\$`]/g, '\\$&')],
  ['upper', (value) => value.toUpperCase()],
  ['lower', (value) => value.toLowerCase()],
  ['identifier', toCIdentifier],
  ['c99extidentifier', toC99Identifier],
  ['rfc1034identifier', toRfc1034Identifier],
  ['dir', (value) => slashed(value.includes('/') ? posix.dirname(value) : '.')],
  ['file', (value) => posix.basename(value)],
  ['base', (value) => posix.basename(value, posix.extname(value))],
  ['suffix', (value) => posix.extname(value)],
  ['standardizepath', (value) => (value === '' ? '' : posix.normalize(value))],
  ['not', (value) => (value === 'YES' ? 'NO' : 'YES')],
  ['truncatedversion', (value) => value.split('.').filter(Boolean).slice(0, 3).join('.')],
])

/** Operators with an operand, such as `$(X:default=Y)`. */
const REPLACEMENTS: ReadonlyMap<string, (value: string, operand: string) => string> = new Map([
  ['default', (value, operand) => (value === '' ? operand : value)],
  ['dir', (value, operand) => posix.join(operand, posix.basename(value))],
  ['file', (value, operand) => posix.join(posix.dirname(value), operand)],
  ['base', (value, operand) => posix.join(posix.dirname(value), `${operand}${posix.extname(value)}`)],
  [
    'suffix',
    (value, operand) => `${value.slice(0, value.length - posix.extname(value).length)}.${operand.replace(/^.*\./, '')}`,
  ],
  ['relativeto', (value, operand) => (bothAbsolute(value, operand) ? posix.relative(value, operand) : value)],
  ['isancestor', (value, operand) => (isAncestor(operand, value) ? 'YES' : 'NO')],
])

/** Applies one operator; undefined when there is none of this name. */
export function applyOperator(name: string, value: string, operand: string | undefined): string | undefined {
  if (operand === undefined) return RETRIEVALS.get(name)?.(value)
  const replace = REPLACEMENTS.get(name)
  if (replace === undefined) return undefined
  // All but `default` leave an empty value alone.
  return value === '' && name !== 'default' ? '' : replace(value, operand)
}

/** A host name label: everything but ASCII letters, digits and `-` becomes `-`, and so does a leading digit. */
export function toRfc1034Identifier(value: string): string {
  return value
    .normalize('NFD')
    .replace(/[^A-Za-z0-9-]/gu, '-')
    .replace(/^\d/, '-')
}

function toCIdentifier(value: string): string {
  return value.replace(/[^A-Za-z0-9_]/gu, '_').replace(/^\d/, '_')
}

function toC99Identifier(value: string): string {
  return value.replace(/[^\p{L}\p{N}\p{M}_]/gu, '_').replace(/^\p{N}/u, '_')
}

function slashed(folder: string): string {
  if (folder === '.') return './'
  return folder.endsWith('/') ? folder : `${folder}/`
}

function bothAbsolute(a: string, b: string): boolean {
  return a.startsWith('/') && b.startsWith('/')
}

function isAncestor(folder: string, path: string): boolean {
  return bothAbsolute(folder, path) && `${posix.normalize(path)}/`.startsWith(slashed(posix.normalize(folder)))
}
