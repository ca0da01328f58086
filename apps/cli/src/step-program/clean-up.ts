import { sweepSecretFolders } from '@cordon/signing/secret-folder'
import { cleanUpKeychain } from '@cordon/steps/project-provisioning/keychain-record'
import type { StepContext } from '@cordon/steps/step'

/** What is undone after the job, and the inputs that must be known then. */
interface CleanUp {
  readonly inputs: readonly string[]
  readonly run: (inputs: Readonly<Record<string, string>>, context: StepContext) => Promise<readonly string[]>
}

const NOTHING: CleanUp = { inputs: [], run: async () => [] }

/** Identities leave the keychain when the job is over: machines that are used again must not keep them. */
const KEYCHAIN: CleanUp = {
  inputs: ['signing_folder'],
  run: async ({ signing_folder: folder }, context) => (folder ? cleanUpKeychain(folder, context) : []),
}

const CLEAN_UPS: Readonly<Record<string, CleanUp>> = {
  'auto-provision': KEYCHAIN,
  'auto-provision-apple-id': KEYCHAIN,
}

/** The inputs whose values the clean-up of a step needs. */
export function inputsToKeep(stepId: string): readonly string[] {
  return (CLEAN_UPS[stepId] ?? NOTHING).inputs
}

/** Undoes what a step leaves on a machine, and removes the secret folders of steps that were killed. Gives what was done. */
export async function cleanUp(
  stepId: string,
  inputs: Readonly<Record<string, string>>,
  context: StepContext,
): Promise<readonly string[]> {
  const swept = await sweepSecretFolders(context.temporaryFolder, context.clock)
  const undone = await (CLEAN_UPS[stepId] ?? NOTHING).run(inputs, context)
  return [...swept.map((path) => `removed ${path}`), ...undone]
}
