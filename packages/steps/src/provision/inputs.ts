import { INPUTS } from '../auto-provision/declaration.ts'
import { readAutoProvisionInputs } from '../auto-provision/inputs.ts'
import { stepErrors } from '../errors.ts'
import { pathInput } from '../inputs.ts'
import type { ProjectInputs } from '../project-provisioning/inputs.ts'
import type { InputDeclaration, RawInputs, StepContext } from '../step.ts'

/** What is about installing and about the project's settings, which is not done here. */
const NOT_HERE: ReadonlySet<string> = new Set([
  'fallback_provisioning_profile_url_list',
  'update_project',
  'keychain_path',
  'keychain_password',
  'output_file',
])

/** Inputs of `provision plan` and `provision apply`: those of auto-provision, and a wish as a file instead of a project. */
export const PROVISION_INPUTS: readonly InputDeclaration[] = [
  {
    name: 'desired_state',
    title: 'Desired state',
    summary: 'a JSON file that says what shall be true at Apple; used instead of a project',
    type: 'path',
    defaultValue: '',
  },
  ...INPUTS.filter(({ name }) => !NOT_HERE.has(name)).map(optionalProject),
]

function optionalProject(input: InputDeclaration): InputDeclaration {
  if (input.name !== 'project_path') return input
  const { required: _, ...rest } = input
  return rest
}

export interface ProvisionInputs extends ProjectInputs {
  /** Absolute path; empty when the wish is read from a project. */
  readonly desiredStatePath: string
}

/** Reads and checks the inputs. `isComplete`: a stored plan says already what is wished. */
export function readProvisionInputs(raw: RawInputs, context: StepContext, isComplete = false): ProvisionInputs {
  const inputs = readAutoProvisionInputs(raw, context)
  const desiredStatePath = pathInput(raw, 'desired_state', context.workingFolder)
  if (desiredStatePath === '' && inputs.projectPath === '' && !isComplete)
    throw stepErrors.input_missing({ input: 'project_path' }, { detail: '"project_path" or "desired_state"' })
  return { ...inputs, desiredStatePath }
}
