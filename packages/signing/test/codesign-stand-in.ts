import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandResult } from '../src/keychain/runner.ts'

/**
 * Stands in for macOS's `codesign` in tests: records what it was given, signs only with an identity that the stand-in of
 * `security` holds ready, seals what lies in a bundle, and finds out when something sealed was changed afterwards.
 * What a bundle claims is kept in its `_CodeSignature/entitlements.plist`, where the real one has no such file.
 */
export interface CodesignStandIn {
  readonly calls: readonly (readonly string[])[]
  run(args: readonly string[]): CommandResult
}

interface Signature {
  readonly identity: string
  readonly seal: string
}

interface SecurityState {
  readonly searchList: readonly string[]
  readonly keychains: Readonly<
    Record<
      string,
      { isUnlocked: boolean; partitioned: boolean; identities: readonly { readonly fingerprint: string }[] } | undefined
    >
  >
}

/** `folder` is that of the stand-in of `security`; a call with the argument `fault` fails. */
export function createCodesignStandIn(folder: string, fault?: string): CodesignStandIn {
  const calls: (readonly string[])[] = []
  const signatures = new Map<string, Signature>()

  function isReady(keychainPath: string, fingerprint: string): boolean {
    const state: SecurityState = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8'))
    const keychain = state.keychains[keychainPath]
    const isUsable = keychain?.isUnlocked === true && keychain.partitioned && state.searchList.includes(keychainPath)
    return isUsable && keychain.identities.some((identity) => identity.fingerprint === fingerprint)
  }

  function sign(path: string, values: ReadonlyMap<string, string>): string {
    const identity = values.get('--sign') ?? ''
    if (!isReady(values.get('--keychain') ?? '', identity)) return `${identity}: no identity found`
    const unsigned = contents(path).code.find((code) => signatures.get(code)?.identity !== identity)
    if (unsigned !== undefined) return `${path}: code object is not signed at all\nIn subcomponent: ${unsigned}`
    const entitlements = values.get('--entitlements')
    if (statSync(path).isDirectory()) {
      mkdirSync(join(path, '_CodeSignature'), { recursive: true })
      if (entitlements !== undefined) writeFileSync(claimsOf(path), readFileSync(entitlements))
    }
    signatures.set(path, { identity, seal: sealOf(path) })
    return ''
  }

  function verify(path: string): string {
    for (const code of [path, ...contents(path).code]) {
      const signature = signatures.get(code)
      if (signature === undefined) return `${code}: code object is not signed at all`
      if (signature.seal !== sealOf(code)) return `${code}: a sealed resource is missing or invalid`
    }
    return ''
  }

  return {
    calls,
    run(args) {
      calls.push(args)
      const path = args.at(-1) ?? ''
      if (fault !== undefined && args.includes(fault)) return result(`${path}: the fault the test asked for`)
      if (args.includes('--display')) return display(path)
      return result(args.includes('--verify') ? verify(path) : sign(path, valuesOf(args)))
    },
  }
}

function result(problem: string, stdout = ''): CommandResult {
  return { exitCode: problem === '' ? 0 : 1, stdout, stderr: problem }
}

function valuesOf(args: readonly string[]): Map<string, string> {
  const names = ['--sign', '--keychain', '--entitlements']
  return new Map(names.flatMap((name) => (args.includes(name) ? [[name, args[args.indexOf(name) + 1] ?? '']] : [])))
}

function display(path: string): CommandResult {
  if (!existsSync(join(path, '_CodeSignature'))) return result(`${path}: code object is not signed at all`)
  return result('', existsSync(claimsOf(path)) ? readFileSync(claimsOf(path), 'utf8') : '')
}

function claimsOf(path: string): string {
  return join(path, '_CodeSignature/entitlements.plist')
}

const CODE = /\.(?:app|appex|framework|xpc|xctest|dylib)$/

/** Every file below a path but its own signature, and the paths of code among them. */
function contents(path: string): { readonly files: readonly string[]; readonly code: readonly string[] } {
  if (!statSync(path).isDirectory()) return { files: [path], code: [] }
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()
  const paths = names.filter((name) => !name.startsWith('_CodeSignature')).map((name) => join(path, name))
  return { files: paths.filter((one) => statSync(one).isFile()), code: paths.filter((one) => CODE.test(one)) }
}

function sealOf(path: string): string {
  const hash = createHash('sha256')
  for (const file of contents(path).files) hash.update(file.slice(path.length)).update('\0').update(readFileSync(file))
  return hash.digest('hex')
}
