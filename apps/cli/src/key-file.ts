import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { KEY_KINDS, type KeyKind } from '@cordon/api/connections/schema'
import { type Command, Option } from 'commander'
import { cliErrors } from './errors.ts'

/** What a person tells of a key. */
export interface KeyOptions {
  readonly keyFile: string
  readonly keyId?: string
  readonly issuerId?: string
  readonly kind: KeyKind
  readonly storeUntested: boolean
}

const KEY_FILE_NAME = /^AuthKey_([A-Z0-9]{10})\.p8$/
const MAX_KEY_BYTES = 16_384

/** Adds the options that tell an App Store Connect API key. */
export function addKeyOptions(command: Command): Command {
  return command
    .requiredOption('--key-file <path>', 'the .p8 file; AuthKey_<key id>.p8 gives the key id')
    .option('--key-id <id>', 'key id, when the file name does not give it')
    .option('--issuer-id <uuid>', 'issuer id (not for individual keys)')
    .addOption(new Option('--kind <kind>', 'whose key it is').choices([...KEY_KINDS]).default('team'))
    .option('--store-untested', 'keep the key though Apple could not be asked or rejected it', false)
}

/** Reads the key that the options tell. Throws `cli.file_unreadable`, `cli.missing_option`. */
export function readKey({ keyFile, keyId: given, issuerId, kind }: KeyOptions) {
  const privateKey = readKeyFile(keyFile)
  const keyId = given ?? KEY_FILE_NAME.exec(basename(keyFile))?.[1]
  if (keyId === undefined) {
    throw cliErrors.missing_option(
      { option: '--key-id' },
      { detail: `--key-id, since "${basename(keyFile)}" is not named AuthKey_<key id>.p8` },
    )
  }
  return { kind, keyId, privateKey, ...(issuerId === undefined ? {} : { issuerId }) }
}

function readKeyFile(path: string): string {
  try {
    if (statSync(path).size > MAX_KEY_BYTES) {
      throw cliErrors.file_unreadable(
        { path },
        { detail: `"${path}" is larger than any .p8 file (${MAX_KEY_BYTES} bytes)` },
      )
    }
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if (cliErrors.file_unreadable.is(cause)) throw cause
    throw cliErrors.file_unreadable({ path }, { detail: `"${path}"`, cause })
  }
}
