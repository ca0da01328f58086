import { CONNECTION_CHOICES } from '../build-connection/credentials.ts'
import { neededTogether } from '../build-connection/inputs.ts'
import type { KeyInputs } from '../build-connection/key-file.ts'
import { booleanInput, pathInput, textInput } from '../inputs.ts'
import { oneOf, type ProjectInputs, readProjectInputs } from '../project-provisioning/inputs.ts'
import type { RawInputs, StepContext } from '../step.ts'

/** Reads and checks the inputs of the step. */
export function readAutoProvisionInputs(raw: RawInputs, context: StepContext): ProjectInputs {
  return {
    ...readProjectInputs(raw, context),
    connection: oneOf(raw, 'connection', CONNECTION_CHOICES),
    keyInputs: readKeyInputs(raw, context.workingFolder),
    appleIdTeamId: textInput(raw, 'apple_id_team_id') || undefined,
    managedProfiles: 'never',
  }
}

function readKeyInputs(raw: RawInputs, workingFolder: string): KeyInputs | undefined {
  const path = textInput(raw, 'api_key_path')
  const issuerId = textInput(raw, 'api_issuer')
  if (path === '' && issuerId === '') return undefined
  if (path === '' || issuerId === '') {
    throw neededTogether('api_key_path and api_issuer', path === '' ? 'api_key_path' : 'api_issuer')
  }
  return {
    path: path.startsWith('file://') ? path : pathInput(raw, 'api_key_path', workingFolder),
    keyId: textInput(raw, 'api_key_id'),
    issuerId,
    isEnterprise: booleanInput(raw, 'api_key_enterprise_account'),
  }
}
