import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AppStoreConnect, createAppStoreConnect } from '@cordon/apple/app-store-connect/client'
import { instant } from '@cordon/core/instant'
import { secret } from '@cordon/core/secret'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import { createAppStoreConnectBuilds } from '../src/adapters/app-store-connect/builds.ts'
import type { UploadOptions } from '../src/engine/builds/upload-build.ts'
import { newStoreProfile } from './store-profile.ts'

/** A simulated team with the app com.acme.app, a key of it, and a folder of the test. */
export interface Store {
  readonly simulator: Simulator
  readonly teamId: string
  readonly appId: string
  readonly key: { readonly keyId: string; readonly issuerId: string; readonly privateKey: string }
  readonly apple: AppStoreConnect
  readonly folder: string
  /** The profile with which the app goes to the store. */
  readonly profile: Buffer
  /** What an upload needs, with everything that it tells kept in `events`. */
  readonly options: UploadOptions & { readonly events: { readonly kind: string }[] }
  control<T>(method: string, path: string, body?: unknown): Promise<T>
  close(): Promise<void>
}

export interface ReceivedFile {
  readonly receivedBytes: number
  readonly sha256: string
  readonly parts: readonly { readonly offset: number; readonly times: number }[]
}

export async function openStore({ role = 'ADMIN' }: { role?: 'ADMIN' | 'MARKETING' } = {}): Promise<Store> {
  const simulator = await startSimulator({ settings: { hourlyLimit: null } })
  const { teamId } = simulator.createTeam({ name: 'Acme' })
  const ids = await simulator.seedTeam(teamId, {
    apps: [
      {
        name: 'Acme',
        bundleId: 'com.acme.app',
        versions: [{ versionString: '1.0', state: 'READY_FOR_DISTRIBUTION' }, { versionString: '1.1' }],
      },
      { name: 'Other', bundleId: 'com.acme.app.other' },
    ],
    builds: [{ app: 'com.acme.app', version: '7', versionString: '1.1' }],
  })
  const { keyId, issuerId, privateKey } = simulator.createKey(teamId, { role })
  const key = { keyId, issuerId: issuerId ?? '', privateKey: privateKey ?? '' }
  const folder = mkdtempSync(join(tmpdir(), 'cordon-delivery-'))
  const apple = createAppStoreConnect({
    key: { kind: 'team', ...key, privateKey: secret(key.privateKey) },
    baseUrl: simulator.url,
    fetch,
    clock: { now: () => instant(simulator.world.clock.now()) },
    sleep: async () => {},
  })
  const events: { readonly kind: string }[] = []
  return {
    ...{ simulator, teamId, key, apple, folder },
    profile: await newStoreProfile(simulator, teamId),
    appId: ids.apps?.[0] ?? '',
    options: {
      port: createAppStoreConnectBuilds(apple),
      clock: { now: () => instant(simulator.world.clock.now()) },
      // Time passes as fast as anybody waits for it.
      sleep: async (durationMs) => simulator.world.clock.advance(durationMs),
      stateFolder: join(folder, 'state'),
      onEvent: (event) => events.push(event),
      events,
    },
    control: async (method, path, body) => {
      const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
      const answer = await fetch(`${simulator.controlUrl}${path}`, init)
      const text = await answer.text()
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
      return text === '' ? undefined : JSON.parse(text)
    },
    close: async () => {
      await simulator.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What Apple has of an upload's file. */
export async function receivedOf({ apple, control, teamId }: Store, uploadId: string): Promise<ReceivedFile> {
  const [file] = (await apple.buildUploads.filesOf(uploadId)).items
  return control('GET', `/teams/${teamId}/buildUploadFiles/${file?.id}`)
}
