import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { claim } from './narrator.ts'

/** What a person has done on Apple's site before: a team, an API key, a registered phone. */
export interface AppleAccount {
  readonly teamId: string
  readonly keyId: string
  readonly issuerId: string
  readonly keyFile: string
}

interface SeededTeam {
  readonly teamId: string
  readonly issuerId: string
  readonly keys: ReadonlyArray<{ readonly keyId: string; readonly privateKey: string }>
}

const SEED = {
  teams: [
    {
      name: 'Tidepool Ltd',
      keys: [{ kind: 'team', role: 'ADMIN' }],
      devices: [{ name: 'Dana’s iPhone', platform: 'IOS', udid: '00008101-000A1B2C3D4E001E' }],
    },
  ],
}

/** Makes a team at the simulator and downloads its API key, as one does on App Store Connect. */
export async function openAccount(simulatorUrl: string, folder: string): Promise<AppleAccount> {
  const response = await fetch(`${simulatorUrl}/_simulator/seed`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(SEED),
  })
  claim(response.status === 201, `the simulator answered ${response.status}: ${await response.clone().text()}`)
  const { teams } = (await response.json()) as { teams: SeededTeam[] }
  const [team] = teams
  const [key] = team?.keys ?? []
  claim(team !== undefined && key !== undefined, 'the simulator made no team with a key')
  const keyFile = join(folder, `AuthKey_${key.keyId}.p8`)
  writeFileSync(keyFile, key.privateKey, { mode: 0o600 })
  return { teamId: team.teamId, keyId: key.keyId, issuerId: team.issuerId, keyFile }
}

/** How many requests Apple got so far, and how many of them changed something. */
export async function countRequests(
  simulatorUrl: string,
): Promise<{ readonly total: number; readonly writes: number }> {
  const response = await fetch(`${simulatorUrl}/_simulator/log`)
  const { total, exchanges } = (await response.json()) as {
    total: number
    exchanges: ReadonlyArray<{ method: string }>
  }
  return { total, writes: exchanges.filter(({ method }) => method !== 'GET').length }
}
