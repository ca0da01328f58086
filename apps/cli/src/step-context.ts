import { tmpdir } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { instant } from '@cordon/core/instant'
import { spawnRunner } from '@cordon/signing/keychain/spawn-runner'
import type { StepContext } from '@cordon/steps/step'
import type { Context } from './context.ts'
import { printable } from './printable.ts'
import { VERSION } from './version.ts'

/** Gives a step what it may use of this machine. */
export function stepContext({ environment, terminal, fetch }: Context): StepContext {
  const { variables } = environment
  const baseUrl = variables.CORDON_APPLE_BASE_URL
  const { err, status } = statusLine(terminal)
  return {
    variables,
    fetch,
    clock: { now: () => instant(Date.now()) },
    sleep: async (durationMs, signal) => {
      await wait(durationMs, undefined, signal ? { signal } : {})
    },
    log: (line) => err(`· ${printable(line)}\n`),
    warn: (line) => err(`! ${printable(line)}\n`),
    write: terminal.out,
    ...(status && { status }),
    userAgent: `cordon/${VERSION}`,
    homeFolder: environment.homeFolder,
    workingFolder: environment.workingFolder,
    temporaryFolder: tmpdir(),
    platform: environment.platform,
    run: spawnRunner,
    appleBaseUrls: baseUrl
      ? { appStoreConnect: baseUrl, enterprise: variables.CORDON_APPLE_ENTERPRISE_BASE_URL ?? baseUrl }
      : undefined,
    appleIdOrigins: appleIdOrigins(variables.CORDON_APPLE_ID_BASE_URL),
  }
}

/** Where a line begins, and the rest of it is cleared. Source: ECMA-48, CR and EL. */
const CLEAR_LINE = '\r\u001b[2K'

/** A line at the bottom that changes in place, on a terminal; other lines come above it. */
function statusLine({ err, isInteractive }: Context['terminal']): Pick<StepContext, 'status'> & {
  readonly err: (text: string) => void
} {
  if (!isInteractive) return { err }
  let shown = ''
  return {
    err: (text) => err(shown === '' ? text : `${CLEAR_LINE}${text}${shown}`),
    status: (given = '') => {
      const line = printable(given)
      if (line !== '' || shown !== '') err(`${CLEAR_LINE}${line}`)
      shown = line
    },
  }
}

/** Where a stand-in, such as the simulator, has what takes an Apple ID's session. */
function appleIdOrigins(baseUrl: string | undefined): StepContext['appleIdOrigins'] {
  if (!baseUrl) return undefined
  const base = baseUrl.replace(/\/+$/, '')
  return {
    idmsa: `${base}/idmsa`,
    appStoreConnect: `${base}/appstoreconnect`,
    developer: `${base}/developer`,
    developerFallback: `${base}/developer-mdn`,
  }
}
