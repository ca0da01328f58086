import { readInfoPlist } from '@cordon/app-archive/plist'
import type { CommandResult } from '@cordon/signing/keychain/runner'
import type { PlistDict } from '@cordon/signing/provisioning-profile'
import { stepErrors } from '../errors.ts'
import type { StepContext } from '../step.ts'

/** macOS's `codesign`. Each call throws `step.codesign_failed`, and `step.signing_tools_missing` when there is none. */
export interface Codesign {
  /** What a bundle claims in its signature; undefined when it has none. */
  entitlementsOf(path: string): Promise<PlistDict | undefined>
  /** Signs one bundle or library in place; what lies in it has to be signed already. */
  sign(path: string, options: SignOptions): Promise<void>
  /** Checks a bundle and all that lies in it. */
  verify(path: string): Promise<void>
}

export interface SignOptions {
  /** SHA-1 of the certificate in hexadecimal: names that two certificates share are no matter then. */
  readonly identity: string
  readonly keychain: string
  /** Path of a property list; libraries and frameworks have none. */
  readonly entitlements?: string
}

const OUTPUT_SHOWN = 300

/** Programs that come with macOS and that signing needs. */
export const SIGNING_TOOLS = ['codesign', 'security'] as const

export function createCodesign({ run, platform }: Pick<StepContext, 'run' | 'platform'>): Codesign {
  const call = async (args: readonly string[]) => {
    try {
      return await run('codesign', args)
    } catch (cause) {
      throw toolsMissing(platform, cause)
    }
  }
  const must = async (args: readonly string[]) => {
    const result = await call(args)
    if (result.exitCode !== 0) throw failed(args, result)
  }
  return {
    async entitlementsOf(path) {
      const args = ['--display', '--entitlements', '-', '--xml', path]
      const result = await call(args)
      if (/not signed at all/.test(result.stderr)) return undefined
      if (result.exitCode !== 0) throw failed(args, result)
      return result.stdout.trim() === '' ? {} : readInfoPlist(Buffer.from(result.stdout)).values
    },
    sign(path, { identity, keychain, entitlements }) {
      const claimed = entitlements === undefined ? [] : ['--entitlements', entitlements, '--generate-entitlement-der']
      // Apps for devices carry no time of Apple's, and asking for one needs the network.
      return must(['--force', '--sign', identity, '--keychain', keychain, '--timestamp=none', ...claimed, path])
    },
    verify: (path) => must(['--verify', '--deep', '--strict', path]),
  }
}

/** The error for a machine that cannot sign. */
export function toolsMissing(platform: string, cause?: unknown) {
  const detail = `${SIGNING_TOOLS.join(' and ')} are not on this machine (${platform}); they come with macOS`
  return stepErrors.signing_tools_missing({ tools: SIGNING_TOOLS, platform }, { detail, cause })
}

function failed(args: readonly string[], { exitCode, stderr }: CommandResult) {
  const path = args.at(-1) ?? ''
  const output = stderr.trim().slice(0, OUTPUT_SHOWN)
  return stepErrors.codesign_failed(
    { command: args[0] ?? '', exitCode, output },
    { detail: `"codesign ${args[0]}" ended with ${exitCode} for "${path}"${output === '' ? '' : `: ${output}`}` },
  )
}
