import { INPUTS as DEPLOY_INPUTS } from '../deploy/declaration.ts'
import { type DeployInputs, readDeployInputs } from '../deploy/inputs.ts'
import { stepErrors } from '../errors.ts'
import { invalid, textInput } from '../inputs.ts'
import type { InputDeclaration, RawInputs, StepContext } from '../step.ts'

/** What of step deploy counts for the store page: the way to Apple, the app, and the folder. */
const SHARED = new Set([
  'connection',
  'api_key_path',
  'api_key_id',
  'api_issuer',
  'team_id',
  'team_name',
  'app_id',
  'bundle_id',
  'platform',
  'metadata_folder',
  'verbose_log',
  'build_url',
  'build_api_token',
])

/** The folder, which is all that a check needs. */
export const FOLDER_INPUTS: readonly InputDeclaration[] = DEPLOY_INPUTS.filter(({ name }) => name === 'metadata_folder')

/** Inputs of the commands for the store page, under the names that step deploy has. */
export const METADATA_INPUTS: readonly InputDeclaration[] = [
  ...DEPLOY_INPUTS.filter(({ name }) => SHARED.has(name)).map((declared) =>
    declared.name === 'app_id'
      ? { ...declared, summary: 'Apple’s number of the app, in place of bundle_id' }
      : declared,
  ),
  {
    name: 'app_version',
    title: 'Version',
    summary: 'version of the app that the page belongs to; made when it is not there. Empty: the one in preparation',
    type: 'text',
    defaultValue: '',
  },
]

export interface MetadataInputs
  extends Pick<
    DeployInputs,
    | 'connection'
    | 'build'
    | 'keyInputs'
    | 'appleIdInputs'
    | 'team'
    | 'appId'
    | 'bundleId'
    | 'platform'
    | 'metadataFolder'
    | 'isVerbose'
  > {
  readonly appVersion: string | undefined
}

/** Reads and checks the inputs. Throws `step.input_missing`, `step.input_invalid`. */
export function readMetadataInputs(raw: RawInputs, context: StepContext): MetadataInputs {
  const appVersion = textInput(raw, 'app_version') || undefined
  if (appVersion !== undefined && !/^\d+(\.\d+){0,2}$/.test(appVersion))
    throw invalid('app_version', 'one to three numbers with dots between them')
  if (textInput(raw, 'app_id') === '' && textInput(raw, 'bundle_id') === '')
    throw stepErrors.input_missing({ input: 'bundle_id' }, { detail: 'which app: --bundle-id, or --app-id' })
  const inputs = readDeployInputs({ ...raw, skip_metadata: 'no', skip_screenshots: 'no' }, context)
  return { ...inputs, appVersion }
}
