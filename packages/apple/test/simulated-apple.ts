import { instant } from '@cordon/core/instant'
import { secret } from '@cordon/core/secret'
import type { Simulator } from '@cordon/simulator/simulator'
import {
  type AppleKey,
  type AppStoreConnect,
  type AppStoreConnectOptions,
  createAppStoreConnect,
} from '../src/app-store-connect/client.ts'

/** A key file as the simulator's control API hands it out. */
export interface KeyFile {
  readonly keyId: string
  readonly issuerId: string | null
  readonly privateKey: string
}

/** Sends a request to the simulator's control API and gives its answer. Throws on a refusal. */
export async function control<T>(simulator: Simulator, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${simulator.controlUrl}${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

/** Makes a team with one key. */
export async function newTeam(
  simulator: Simulator,
  { kind = 'standard', ...key }: { kind?: string; role?: string } = {},
): Promise<{ teamId: string; file: KeyFile }> {
  const { teamId } = await control<{ teamId: string }>(simulator, 'POST', '/teams', { name: 'Acme', kind })
  return { teamId, file: await control<KeyFile>(simulator, 'POST', `/teams/${teamId}/keys`, key) }
}

/** A client of a simulator; nobody waits. */
export function clientOf(
  simulator: Simulator,
  file: KeyFile,
  options: Partial<AppStoreConnectOptions> & { readonly kind?: AppleKey['kind'] } = {},
): AppStoreConnect {
  const { kind = 'team', ...rest } = options
  return createAppStoreConnect({
    key: { kind, keyId: file.keyId, issuerId: file.issuerId ?? undefined, privateKey: secret(file.privateKey) },
    baseUrl: kind === 'enterprise' ? simulator.enterpriseUrl : simulator.url,
    fetch,
    clock: { now: () => instant(Date.now()) },
    sleep: async () => {},
    ...rest,
  })
}

/** The same client with every call of a method noted as `resource.method`. */
export function noting(client: AppStoreConnect, called: Set<string>): AppStoreConnect {
  const noted = (resource: string, methods: object) =>
    Object.fromEntries(
      Object.entries(methods).map(([name, method]: [string, (...args: unknown[]) => unknown]) => [
        name,
        (...args: unknown[]) => {
          called.add(`${resource}.${name}`)
          return method(...args)
        },
      ]),
    )
  const resources = resourcesOf(client).map(([name, methods]) => [name, noted(name, methods)])
  return { ...client, ...Object.fromEntries(resources) }
}

/** `resource.method` of everything that a client offers. */
export function methodsOf(client: AppStoreConnect): string[] {
  return resourcesOf(client).flatMap(([name, methods]) => Object.keys(methods).map((method) => `${name}.${method}`))
}

function resourcesOf(client: AppStoreConnect): [string, object][] {
  return Object.entries(client).filter((entry): entry is [string, object] => typeof entry[1] === 'object')
}
