import { OUTPUTS } from '../project-provisioning/declaration.ts'
import type { ProjectInputs } from '../project-provisioning/inputs.ts'
import { provisionProject } from '../project-provisioning/provision-project.ts'
import { outputsOf, type ProvisionedProject } from '../project-provisioning/result.ts'
import type { Step } from '../step.ts'
import { INPUTS } from './declaration.ts'
import { readAutoProvisionInputs } from './inputs.ts'

const ID = 'auto-provision'

/** Makes a project ready to be signed, by an API key or the session of an Apple ID. */
export const autoProvisionStep: Step<ProjectInputs, ProvisionedProject> = {
  id: ID,
  title: 'iOS Auto Provision with App Store Connect API',
  summary:
    'reads the Xcode project on any system, provides bundle IDs, capabilities and profiles at Apple, installs them and sets the project to manual signing',
  versions: [{ version: '0.1.0', changes: 'first version' }],
  otherNames: ['Manage iOS Code Signing'],
  inputs: INPUTS,
  outputs: OUTPUTS,
  readInputs: readAutoProvisionInputs,
  run: (inputs, context) => provisionProject(ID, inputs, context),
  outputsOf,
}
