import { homedir } from 'node:os'
import { join } from 'node:path'

/** What the command takes from its surroundings; read here and nowhere else. */
export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly workingFolder: string
  readonly homeFolder: string
  /** Where sign-ins are kept: `CORDON_CONFIG_DIR`, else the user's configuration folder. */
  readonly configFolder: string
  readonly platform: NodeJS.Platform
}

export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const homeFolder = variables.HOME ?? homedir()
  return {
    variables,
    workingFolder: process.cwd(),
    homeFolder,
    configFolder:
      variables.CORDON_CONFIG_DIR ?? join(variables.XDG_CONFIG_HOME ?? join(homeFolder, '.config'), 'cordon'),
    platform: process.platform,
  }
}
