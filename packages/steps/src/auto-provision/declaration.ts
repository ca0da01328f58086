import { API_ISSUER_INPUT, API_KEY_ID_INPUT, API_KEY_PATH_INPUT } from '../build-connection/inputs.ts'
import { CONNECTION_CHOICES } from '../build-connection/team-credentials.ts'
import { PROJECT_INPUTS } from '../project-provisioning/declaration.ts'
import type { InputDeclaration } from '../step.ts'

/** Inputs of the step under the names that users of existing iOS build steps know, and Cordon's own after them. */
export const INPUTS: readonly InputDeclaration[] = [
  {
    name: 'connection',
    title: 'Apple connection',
    summary:
      'automatic: the app’s key, else the key inputs; api_key: the app’s key only; apple_id: the app’s Apple ID; enterprise_with_apple_id: the same for a team of the Enterprise Program; off: the key inputs only, no server is asked',
    type: 'choice',
    required: true,
    defaultValue: 'automatic',
    choices: CONNECTION_CHOICES,
    aliases: ['apple_service_connection'],
    choiceAliases: {
      'api-key': 'api_key',
      'apple-id': 'apple_id',
      'enterprise-with-apple-id': 'enterprise_with_apple_id',
    },
  },
  API_KEY_PATH_INPUT,
  API_KEY_ID_INPUT,
  API_ISSUER_INPUT,
  {
    name: 'api_key_enterprise_account',
    title: 'Enterprise key',
    summary: 'the key belongs to an Enterprise Program team',
    type: 'boolean',
    defaultValue: 'no',
  },
  {
    name: 'apple_id_team_id',
    title: 'Team of the Apple ID',
    summary: 'team id, for an Apple ID that is in several teams; a key belongs to one team and needs none',
    type: 'text',
    defaultValue: '',
    aliases: ['apple_team_id'],
  },
  ...PROJECT_INPUTS,
]
