import { autoProvisionStep } from '../auto-provision/step.ts'
import { OUTPUTS } from '../project-provisioning/declaration.ts'
import type { ProjectInputs } from '../project-provisioning/inputs.ts'
import { provisionProject } from '../project-provisioning/provision-project.ts'
import { outputsOf, type ProvisionedProject } from '../project-provisioning/result.ts'
import type { Step } from '../step.ts'
import { INPUTS } from './declaration.ts'
import { readAppleIdInputs } from './inputs.ts'

const ID = 'auto-provision-apple-id'

/**
 * The older way: by the session of an Apple ID. It also registers and attaches App Groups, iCloud containers and merchant IDs, which a
 * key cannot.
 */
export const autoProvisionAppleIdStep: Step<ProjectInputs, ProvisionedProject> = {
  id: ID,
  title: 'iOS Auto Provision with Apple ID (deprecated)',
  summary: `does what ${autoProvisionStep.id} does through the session of an Apple ID, and attaches App Groups, iCloud containers and merchant IDs; ${autoProvisionStep.id} is its successor`,
  versions: [{ version: '0.1.0', changes: 'first version' }],
  deprecated: {
    successor: autoProvisionStep.id,
    reason: 'sessions of an Apple ID end after 30 days and need a person; a key needs nobody',
  },
  otherNames: ['iOS Auto Provision with Apple ID'],
  inputs: INPUTS,
  outputs: OUTPUTS,
  readInputs: readAppleIdInputs,
  run: (inputs, context) => {
    context.warn(
      `${ID} is deprecated: sessions end after 30 days and need a person. Its successor is ${autoProvisionStep.id}, which works with an API key`,
    )
    return provisionProject(ID, inputs, context)
  },
  outputsOf,
}
