import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { isCordonError } from '@cordon/core/errors'
import { Secret } from '@cordon/core/secret'
import { z } from 'zod'
import type { Environment } from './environment.ts'
import { cliErrors } from './errors.ts'
import { underLock } from './file-lock.ts'

const file = z.object({
  /** Address that commands use when none is given. */
  current: z.string().nullable(),
  servers: z.record(z.string(), z.object({ token: z.string(), email: z.string() })),
})
type CredentialsFile = z.output<typeof file>

export interface SignIn {
  readonly server: string
  readonly token: Secret<string>
}

/** The sign-in that a command works with. */
export interface CurrentSignIn extends SignIn {
  /** This machine keeps its token; else it is in `CORDON_TOKEN` alone. */
  readonly isStored: boolean
}

const EMPTY: CredentialsFile = { current: null, servers: {} }

/** The sign-in to use: from `CORDON_SERVER` and `CORDON_TOKEN`, else the stored one. */
export function currentSignIn(environment: Environment): CurrentSignIn {
  const { current, servers } = read(environment)
  const server = givenServer(environment) ?? current
  if (!server) throw cliErrors.not_signed_in()
  const stored = servers[server]?.token
  // What is set and empty, as CI systems do with a secret that there is not, is not set.
  const token = environment.variables.CORDON_TOKEN || stored
  if (!token) throw cliErrors.not_signed_in()
  return { server, token: new Secret(token), isStored: token === stored }
}

/** Address of the server that a person is signed in to, if there is one. */
export function signedInServer(environment: Environment): string | undefined {
  try {
    return currentSignIn(environment).server
  } catch (error) {
    if (cliErrors.not_signed_in.is(error)) return undefined
    throw error
  }
}

/** Address of the server without needing a sign-in, for trigger tokens and builds. */
export function currentServer(environment: Environment): string {
  const server = givenServer(environment) ?? read(environment).current
  if (!server) throw cliErrors.not_signed_in()
  return server
}

/** An address is kept, and looked for, in one spelling: as browsers write it, without the slash at its end. */
export function spelt(server: string): string {
  const url = URL.canParse(server) ? new URL(server) : undefined
  const isOfWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  return (url !== undefined && isOfWeb ? url.origin + url.pathname : server).replace(/\/+$/, '')
}

function givenServer({ variables: { CORDON_SERVER: server } }: Environment): string | undefined {
  return server ? spelt(server) : undefined
}

/** Makes sure, before a token is made, that it can be kept. Throws `cli.sign_in_unkeepable`, and `cli.file_unreadable` when the file is none of ours. */
export function openForSignIn(environment: Environment): void {
  read(environment)
  const folder = environment.configFolder
  try {
    makeFolder(folder)
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    throw unkeepable(folder, cause)
  }
}

function unkeepable(folder: string, cause: unknown) {
  const reason = cause instanceof Error && 'code' in cause ? `: ${cause.code}` : ''
  return cliErrors.sign_in_unkeepable({ path: folder }, { detail: `"${folder}"${reason}`, cause })
}

/**
 * Keeps a sign-in, and answers the one of the same server that it replaces, if there was one: of several at once, each answers another.
 * Throws `cli.sign_in_unkeepable`, and `cli.file_unreadable` when the file is none of ours.
 */
export async function storeSignIn(
  environment: Environment,
  signIn: SignIn,
  email: string,
): Promise<SignIn | undefined> {
  const earlier = await change(environment, (stored) => ({
    current: signIn.server,
    servers: { ...stored.servers, [signIn.server]: { token: signIn.token.reveal(), email } },
  })).catch((cause: unknown) => {
    throw isCordonError(cause) ? cause : unkeepable(environment.configFolder, cause)
  })
  const replaced = earlier.servers[signIn.server]
  return replaced && { server: signIn.server, token: new Secret(replaced.token) }
}

/** Forgets this sign-in; one that has taken its place meanwhile stays. */
export async function forgetSignIn(environment: Environment, { server, token }: SignIn): Promise<void> {
  await change(environment, (stored) => {
    if (stored.servers[server]?.token !== token.reveal()) return stored
    const { [server]: _, ...servers } = stored.servers
    return { current: stored.current === server ? null : stored.current, servers }
  })
}

/** Changes what is kept while no other command does, and answers what was kept before. */
function change(
  environment: Environment,
  changed: (stored: CredentialsFile) => CredentialsFile,
): Promise<CredentialsFile> {
  makeFolder(environment.configFolder)
  return underLock(`${path(environment)}.lock`, () => {
    const stored = read(environment)
    write(environment, changed(stored))
    return stored
  })
}

function path(environment: Environment): string {
  return join(environment.configFolder, 'credentials.json')
}

function read(environment: Environment): CredentialsFile {
  if (!existsSync(path(environment))) return EMPTY
  try {
    return file.parse(JSON.parse(readFileSync(path(environment), 'utf8')))
  } catch (cause) {
    throw cliErrors.file_unreadable(
      { path: path(environment) },
      { detail: `"${path(environment)}" is not a credentials file of cordon`, cause },
    )
  }
}

function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
}

/** Replaces the file in one step; it is never readable by others, not even for a moment. */
function write(environment: Environment, content: CredentialsFile): void {
  const temporary = `${path(environment)}.${process.pid}`
  writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  renameSync(temporary, path(environment))
}
