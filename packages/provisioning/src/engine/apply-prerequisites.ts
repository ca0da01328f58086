import { type CreatedIdentity, createCertificate } from './create-certificate.ts'
import { isSameUdid } from './devices.ts'
import { provisioningErrors } from './errors.ts'
import type { ActionOf } from './model.ts'
import type { Warning } from './notices.ts'
import type { PortalDevice } from './port.ts'
import { tracked } from './progress.ts'
import { runBounded, settle } from './settle.ts'
import type { Work } from './work.ts'

export interface RegisteredDevices {
  readonly registered: readonly PortalDevice[]
  readonly warnings: readonly Warning[]
}

/** Registers devices. One that Apple refuses is left out with a warning: it is no reason to stop the build of all others. */
export async function applyDevices(
  actions: readonly ActionOf<'register-device'>[],
  work: Work,
): Promise<RegisteredDevices> {
  const results = await runBounded(
    actions.map((action) => () => registerDevice(action, work)),
    work.options.concurrency,
  )
  const registered = results.flatMap(({ device }) => device ?? [])
  return {
    registered,
    warnings: [...results.flatMap(({ warning }) => warning ?? []), ...registered.flatMap(notUsableYet)],
  }
}

/** Makes certificates, one after the other: each takes one of the team's few slots. */
export async function applyCertificates(
  actions: readonly ActionOf<'create-certificate'>[],
  { portal, options }: Work,
): Promise<readonly CreatedIdentity[]> {
  const identities: CreatedIdentity[] = []
  for (const action of actions) {
    const created = await tracked(action, options.onProgress, async () => {
      const key = await options.generateKey()
      return createCertificate(portal, { kind: action.certificateKind, platform: action.platform, key }, options.sleep)
    })
    await options.onIdentity(created)
    identities.push(created)
  }
  return identities
}

interface Registration {
  readonly device?: PortalDevice
  readonly warning?: Warning
}

async function registerDevice(action: ActionOf<'register-device'>, { portal, options }: Work): Promise<Registration> {
  const { udid, name } = action.device
  const find = async () => (await portal.listDevices()).find((device) => isSameUdid(device.udid, udid))
  const attempt = () => portal.registerDevice({ udid, name, family: action.family })
  const mayExist = provisioningErrors.device_refused.is
  try {
    return {
      device: await tracked(action, options.onProgress, () => settle({ attempt, find, mayExist }, options.sleep)),
    }
  } catch (error) {
    if (!provisioningErrors.device_refused.is(error) && !provisioningErrors.already_exists.is(error)) throw error
    const text = `Apple refused test device "${name}" (${udid}): ${error.detail ?? error.title}`
    return { warning: { subject: udid, text, remedy: error.remedy } }
  }
}

function notUsableYet({ name, udid, status }: PortalDevice): readonly Warning[] {
  if (status === 'enabled') return []
  return [
    {
      subject: udid,
      text: `test device "${name}" (${udid}) is registered, but Apple has it as ${status}: it is in no profile yet`,
      remedy: 'Wait; the first run after Apple has enabled it takes it in.',
    },
  ]
}
