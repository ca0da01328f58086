import { PROJECT_INPUTS } from '../project-provisioning/declaration.ts'
import type { InputDeclaration } from '../step.ts'

/** Inputs of the step under the names that users of its elder know, and Cordon's own after them. */
export const INPUTS: readonly InputDeclaration[] = [
  {
    name: 'team_id',
    title: 'Team',
    summary: 'team id of the developer portal; needed when the Apple ID is in several teams',
    type: 'text',
    defaultValue: '',
  },
  {
    name: 'generate_profiles',
    title: 'Own profiles',
    summary:
      'for a project that Xcode signs: no uses the profiles that Xcode keeps at Apple, yes makes own ones, and uses Xcode’s when that fails',
    type: 'boolean',
    defaultValue: 'no',
  },
  ...PROJECT_INPUTS.map(withServer),
]

/** Without the build server there is no session. */
function withServer(input: InputDeclaration): InputDeclaration {
  const isServers = input.name === 'build_url' || input.name === 'build_api_token'
  return isServers ? { ...input, required: true } : input
}
