import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { apps } from '../apps/state.ts'
import { uploadStateOf } from './state.ts'
import type { BuildUploadRecord } from './store.ts'

/** A message to the people of an app. */
export interface Mail {
  readonly subject: string
  readonly body: string
}

/**
 * What Apple writes to an app's people about an upload with findings; null while there is nothing to write. The wording of the first lines: woocommerce-ios
 * #10718 for warnings; keys read the same findings in `state`.
 */
export function mailOf(scene: Scene, record: BuildUploadRecord): Mail | null {
  const state = uploadStateOf(scene, record)
  const { errors = [], warnings = [] } = record.outcome ?? {}
  const findings = [...errors, ...warnings]
  if (findings.length === 0 || state === 'AWAITING_UPLOAD' || state === 'PROCESSING') return null
  const app = storeOf(scene.team, apps).get(record.appId)?.name ?? ''
  const advice =
    state === 'FAILED'
      ? 'Please correct the following issues and upload a new binary to App Store Connect.'
      : 'Your delivery was successful, but you may wish to correct the following issues in your next delivery:'
  const body = [
    'Hello,',
    `We identified one or more issues with a recent delivery for your app, "${app}" ${record.versionString} (${record.version}). ${advice}`,
    ...findings.map(({ code, description }) => `${/^\d+$/.test(code) ? `ITMS-${code}` : code}: ${description}`),
    'Apple Developer Relations',
  ].join('\n\n')
  return { subject: `The uploaded build for ${app} has one or more issues.`, body }
}
