import { appleErrors } from '@cordon/apple/errors'
import { createStorePort, type StoreClient } from '@cordon/delivery/adapters/app-store-connect/store-port'
import { metadataErrors } from '@cordon/delivery/engine/metadata/errors'
import type { StoreApp } from '@cordon/delivery/engine/metadata/index'
import type { StorePort } from '@cordon/delivery/engine/metadata/port'
import { openAppStoreConnect } from '../build-connection/open-apple.ts'
import { openIris } from '../deploy/by-apple-id.ts'
import { chooseDeployCredentials } from '../deploy/credentials.ts'
import { deployErrors } from '../deploy/errors.ts'
import type { StepContext } from '../step.ts'
import type { MetadataInputs } from './inputs.ts'

/** The store page of one app, opened. */
export interface OpenStore {
  readonly port: StorePort
  readonly app: StoreApp
}

/**
 * Opens the store page of the app that the inputs name, with a key or with the session of an Apple ID. Throws what
 * `chooseDeployCredentials` throws, `deploy.session_missing`, and `metadata.app_not_found`.
 */
export async function openStore(inputs: MetadataInputs, context: StepContext): Promise<OpenStore> {
  const credentials = await chooseDeployCredentials(inputs, context)
  if (credentials.kind === 'key') {
    const apple = openAppStoreConnect(credentials.key, inputs, context)
    const { sleep, fetch, appleBaseUrls } = context
    const port = createStorePort(apple, { sleep, fetch, standIn: appleBaseUrls?.appStoreConnect })
    return { port, app: await findApp(apple, inputs) }
  }
  if (credentials.cookies.reveal().length === 0)
    throw deployErrors.session_missing({ accountName: credentials.accountName }, { detail: credentials.accountName })
  const { port, client } = await openIris(credentials, inputs, context)
  return { port, app: await findApp(client, inputs) }
}

async function findApp(
  { apps }: Pick<StoreClient, 'apps'>,
  { appId, bundleId = '' }: MetadataInputs,
): Promise<StoreApp> {
  const named = appId ?? bundleId
  const app = appId === undefined ? (await apps.list({ bundleIds: [bundleId] })).items[0] : await readApp(apps, appId)
  if (app === undefined) throw metadataErrors.app_not_found({ app: named }, { detail: `"${named}"` })
  return { id: app.id, bundleId: app.bundleId ?? bundleId }
}

async function readApp(apps: StoreClient['apps'], appId: string) {
  return apps.read(appId).catch((error: unknown) => {
    if (appleErrors.not_found.is(error)) return undefined
    throw error
  })
}
