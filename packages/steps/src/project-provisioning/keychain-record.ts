import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findIdentities } from '@cordon/signing/keychain/identities'
import { readSearchList, removeFromSearchList } from '@cordon/signing/keychain/search-list'
import { createSecurityCommand, type SecurityCommand } from '@cordon/signing/keychain/security'
import { z } from 'zod'
import { API_KEY_PATH_INPUT } from '../build-connection/inputs.ts'
import { runWithoutSecrets } from '../child-environment.ts'
import { writePrivately } from '../private-file.ts'
import type { StepContext } from '../step.ts'
import { PROJECT_INPUTS } from './declaration.ts'

/** What a run has done to the machine's keychains, for the way back in another process. No secret is in it. */
const record = z.object({
  version: z.literal(1),
  path: z.string(),
  wasCreated: z.boolean(),
  wasListed: z.boolean(),
  /** SHA-1 fingerprints of the identities that were not in it before. */
  imported: z.array(z.string()),
})
export type KeychainRecord = z.output<typeof record>

function recordPath(signingFolder: string): string {
  return join(signingFolder, 'keychain.json')
}

/** What a keychain and the search list hold before anything is done. A keychain that does not exist yet holds nothing. */
export async function keychainBefore(
  path: string,
  { run }: Pick<StepContext, 'run'>,
): Promise<{ readonly present: ReadonlySet<string>; readonly listed: readonly string[] }> {
  const security = createSecurityCommand(run)
  const listed = await readSearchList(security)
  for (const candidate of [path, `${path}-db`]) {
    const found = await findIdentities(security, candidate).catch(() => undefined)
    if (found !== undefined) return { present: found.present, listed }
  }
  return { present: new Set(), listed }
}

/** Keeps what was done; what earlier runs have done to the same keychain stays part of it. */
export async function keepKeychainRecord(signingFolder: string, done: Omit<KeychainRecord, 'version'>): Promise<void> {
  const before = await readRecord(signingFolder)
  const isSame = before?.path === done.path
  const kept: KeychainRecord = {
    version: 1,
    path: done.path,
    wasCreated: done.wasCreated || (isSame && before.wasCreated),
    wasListed: isSame ? before.wasListed : done.wasListed,
    imported: [...new Set([...(isSame ? before.imported : []), ...done.imported])],
  }
  await writePrivately(recordPath(signingFolder), Buffer.from(`${JSON.stringify(kept)}\n`))
}

/**
 * Takes out of the machine's keychains what the step has put in: a keychain that it made goes as a whole, from another one only the
 * identities that were new. Gives the lines of what was done; nothing when there is nothing to undo.
 */
export async function cleanUpKeychain(
  signingFolder: string,
  context: Pick<StepContext, 'run' | 'variables' | 'warn'>,
): Promise<readonly string[]> {
  const kept = await readRecord(signingFolder)
  if (kept === undefined) return []
  // Also started without a step around it, where the job's inputs are in the environment still.
  const security = createSecurityCommand(runWithoutSecrets([...PROJECT_INPUTS, API_KEY_PATH_INPUT], context))
  const attempt = async (line: string, work: Promise<unknown>) => {
    try {
      await work
      return [line]
    } catch {
      context.warn(`could not be undone, perhaps somebody else did it before: ${line}`)
      return []
    }
  }
  const lines = kept.wasCreated
    ? await attempt(`deleted keychain ${kept.path}`, deleteKeychain(security, kept.path))
    : await removeIdentities(security, kept, attempt)
  await rm(recordPath(signingFolder), { force: true })
  return lines
}

type Attempt = (line: string, work: Promise<unknown>) => Promise<readonly string[]>

async function deleteKeychain(security: SecurityCommand, path: string): Promise<void> {
  await removeFromSearchList(security, path)
  await security.plain(['delete-keychain', path])
}

async function removeIdentities(
  security: SecurityCommand,
  { path, imported, wasListed }: KeychainRecord,
  attempt: Attempt,
): Promise<readonly string[]> {
  const lines: string[] = []
  for (const fingerprint of imported) {
    const work = security.plain(['delete-identity', '-Z', fingerprint, path])
    lines.push(...(await attempt(`removed identity ${fingerprint} from ${path}`, work)))
  }
  if (wasListed) return lines
  return [...lines, ...(await attempt(`took ${path} off the search list`, removeFromSearchList(security, path)))]
}

async function readRecord(signingFolder: string): Promise<KeychainRecord | undefined> {
  try {
    return record.parse(JSON.parse(await readFile(recordPath(signingFolder), 'utf8')))
  } catch {
    return undefined
  }
}
