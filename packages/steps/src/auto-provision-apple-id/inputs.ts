import { booleanInput, textInput } from '../inputs.ts'
import { type ProjectInputs, readProjectInputs } from '../project-provisioning/inputs.ts'
import type { RawInputs, StepContext } from '../step.ts'

/** Reads and checks the inputs of the step. What opens the team is the Apple ID that the app is authorised for, and nothing else. */
export function readAppleIdInputs(raw: RawInputs, context: StepContext): ProjectInputs {
  return {
    ...readProjectInputs(raw, context),
    connection: 'apple_id',
    keyInputs: undefined,
    appleIdTeamId: textInput(raw, 'team_id') || undefined,
    managedProfiles: booleanInput(raw, 'generate_profiles') ? 'instead' : 'only',
  }
}
