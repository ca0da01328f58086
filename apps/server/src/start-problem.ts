import { isCordonError } from '@cordon/core/errors'
import { ConfigError } from './platform/config.ts'

type Told = (error: NodeJS.ErrnoException) => readonly [what: string, remedy: string]

const ELSEWHERE = 'set CORDON_DATA_DIR or CORDON_KEY_FILE, whichever it is, to another place'

const unwritable: Told = (error) =>
  error.syscall === 'listen'
    ? [
        `this user may not listen on ${addressOf(error)}`,
        'Set CORDON_PORT to a port from 1024, and put a proxy before it.',
      ]
    : [`no right to write "${error.path}"`, `Give the user of the server that right, or ${ELSEWHERE}.`]

const notAFolder: Told = ({ path }) => [`"${path}" is not a folder`, `Move the file away, or ${ELSEWHERE}.`]

/** What the machine refuses to a server that starts, by the code of the system. */
const REFUSALS: Readonly<Record<string, Told>> = {
  EADDRINUSE: (error) => [
    `another program listens on ${addressOf(error)}`,
    'Stop it, or set CORDON_PORT to another port; 0 takes a free one.',
  ],
  EADDRNOTAVAIL: (error) => [
    `this machine has no address ${addressOf(error)}`,
    'Set CORDON_HOST to an address of this machine, or to 127.0.0.1.',
  ],
  EACCES: unwritable,
  EPERM: unwritable,
  EROFS: unwritable,
  EEXIST: notAFolder,
  ENOTDIR: notAFolder,
  ENOSPC: () => ['the disk is full', 'Make room where CORDON_DATA_DIR is.'],
}

const NOT_WRITABLE = /attempt to write a readonly database|unable to open database file/

/** What SQLite refuses; of an error on its thread the text alone comes over. */
const DATABASE_REFUSAL = [
  'no right to write the database',
  'Give the user of the server the right to write CORDON_DATA_DIR and every file in it, or set it to another folder.',
] as const

/** Why a server does not start and what to do, for whoever starts it. A stack is told only of what nobody has foreseen. */
export function startProblem(error: unknown): string {
  if (error instanceof ConfigError) return `error: ${error.message}`
  if (isCordonError(error)) {
    const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
    return `error: ${error.detail ?? error.title}${cause}\nhint: ${error.remedy}`
  }
  if (!(error instanceof Error)) return `error: the server did not start: ${error}`
  const refusal = refusalOf(error)
  if (refusal === undefined) return `error: the server did not start: ${error.stack}`
  const [what, remedy] = refusal
  return `error: the server did not start: ${what}\nhint: ${remedy}`
}

function refusalOf(error: Error): readonly [what: string, remedy: string] | undefined {
  if (NOT_WRITABLE.test(error.message)) return DATABASE_REFUSAL
  return isErrno(error) ? REFUSALS[error.code ?? '']?.(error) : undefined
}

function isErrno(error: Error): error is NodeJS.ErrnoException {
  return 'code' in error && 'syscall' in error
}

function addressOf(error: NodeJS.ErrnoException): string {
  const { address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number }
  return address?.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
