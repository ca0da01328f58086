import { readKeyInputs } from '../build-connection/key-file.ts'
import { CONNECTION_CHOICES } from '../build-connection/team-credentials.ts'
import { textInput } from '../inputs.ts'
import { oneOf, type ProjectInputs, readProjectInputs } from '../project-provisioning/inputs.ts'
import type { RawInputs, StepContext } from '../step.ts'

/** Reads and checks the inputs of the step. */
export function readAutoProvisionInputs(raw: RawInputs, context: StepContext): ProjectInputs {
  return {
    ...readProjectInputs(raw, context),
    connection: oneOf(raw, 'connection', CONNECTION_CHOICES),
    keyInputs: readKeyInputs(raw),
    appleIdTeamId: textInput(raw, 'apple_id_team_id') || undefined,
    managedProfiles: 'never',
  }
}
