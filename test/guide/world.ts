import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startWebWorld, type WebWorld } from '../../apps/web/test/world.ts'
import { buildProgram } from '../../scripts/programs/programs.mjs'

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** The password of the Apple IDs of the guide. */
export const APPLE_PASSWORD = 'Correct-Horse-1'
/** The Apple IDs: of the terminal, of the web app, and one whose code is with a colleague. */
export const APPLE_IDS = { terminal: 'ci@acme.example', web: 'web@acme.example', colleague: 'qa@acme.example' } as const
export const APP_SPECIFIC_PASSWORD = 'abcd-efgh-ijkl-mnop'

interface KeyFile {
  readonly keyId: string
  readonly issuerId: string
  readonly path: string
  readonly privateKey: string
}

/** A server, its Apple with a team, and a machine with the command on it. */
export interface GuideWorld extends WebWorld {
  readonly teamId: string
  /** The reader's machine: the example project with what the guide takes as given, and the keys. */
  readonly desk: string
  readonly keys: { readonly terminal: KeyFile; readonly web: KeyFile }
  /** Where Apple's tool, which is recorded, leaves what it was called with. */
  readonly record: string
}

export async function startGuideWorld(): Promise<GuideWorld> {
  const web = await startWebWorld()
  const root = mkdtempSync(join(tmpdir(), 'cordon-guide-'))
  const desk = join(root, 'Tidepool')
  const record = join(root, 'record')
  mkdirSync(record)
  cpSync(join(projectRoot, 'examples/tidepool'), desk, { recursive: true })
  writePrograms(join(root, 'bin'), await buildProgram('cordon'), record)
  const { teamId, issuerId } = web.simulator.createTeam({ name: 'Acme Ltd' })
  for (const email of Object.values(APPLE_IDS))
    web.simulator.createAccount({ email, password: APPLE_PASSWORD, memberships: [{ teamId }] })
  const newKey = (): KeyFile => {
    const { keyId, privateKey } = web.simulator.createKey(teamId, { role: 'ADMIN' })
    if (privateKey === null) throw new Error('the simulator made no private key')
    const path = join(desk, `AuthKey_${keyId}.p8`)
    writeFileSync(path, privateKey, { mode: 0o600 })
    return { keyId, issuerId, path, privateKey }
  }
  const keys = { terminal: newKey(), web: newKey() }
  const close = async () => {
    await web.close()
    rmSync(root, { recursive: true, force: true })
  }
  return { ...web, teamId, desk, keys, record, close }
}

/** `cordon` as the quick start puts it on the PATH, and a recorder in the place of Apple's Transporter. */
function writePrograms(folder: string, program: string, record: string): void {
  mkdirSync(folder)
  const cordon = `exec ${process.execPath} ${program} "$@"`
  const transporter = [
    '[ "$1" = -version ] && exit 0',
    `printf '%s\\n' "$@" > ${record}/arguments`,
    `printf %s "$ITMS_TRANSPORTER_PASSWORD" > ${record}/password`,
    'while [ $# -gt 0 ]; do',
    `  [ "$1" = -assetFile ] && cp "$2" ${record}/received.ipa`,
    '  shift',
    'done',
  ]
  const programs = { cordon: [cordon], iTMSTransporter: transporter }
  for (const [name, lines] of Object.entries(programs)) {
    writeFileSync(join(folder, name), ['#!/bin/sh', ...lines, ''].join('\n'))
    chmodSync(join(folder, name), 0o755)
  }
}

/** The variables of a shell on that machine; `home` keeps people and CI jobs apart. */
export function shellVariables({ simulator, desk }: GuideWorld, home: string): Readonly<Record<string, string>> {
  const root = join(desk, '..')
  mkdirSync(join(root, home), { recursive: true })
  return {
    HOME: join(root, home),
    PATH: `${join(root, 'bin')}:${process.env.PATH ?? ''}`,
    CORDON_APPLE_BASE_URL: simulator.url,
    CORDON_APPLE_ID_BASE_URL: simulator.url,
  }
}
