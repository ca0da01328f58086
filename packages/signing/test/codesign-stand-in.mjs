#!/usr/bin/env node
// Stands in for macOS's `codesign` in tests: records what it was given, signs only with an identity that the stand-in
// of `security` holds ready, seals what lies in a bundle, and finds out when something sealed was changed afterwards.
// What a bundle claims is kept in its `_CodeSignature/entitlements.plist`, where the real one has no such file.
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env.SECURITY_STAND_IN
const fault = process.env.CODESIGN_FAULT ?? ''
const signaturesFile = join(folder, 'signatures.json')
const signatures = existsSync(signaturesFile) ? JSON.parse(readFileSync(signaturesFile, 'utf8')) : {}

class Failure extends Error {}

const claimsOf = (path) => join(path, '_CodeSignature/entitlements.plist')
const isCode = (name) => /\.(app|appex|framework|xpc|dylib)$/.test(name)

/** Every file below a path but its own signature, and the paths of code among them. */
function contents(path) {
  if (!statSync(path).isDirectory()) return { files: [path], code: [] }
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()
  const paths = names.filter((name) => !name.startsWith('_CodeSignature')).map((name) => join(path, name))
  return { files: paths.filter((one) => statSync(one).isFile()), code: paths.filter(isCode) }
}

function sealOf(path) {
  const hash = createHash('sha256')
  for (const file of contents(path).files) hash.update(file.slice(path.length)).update('\0').update(readFileSync(file))
  return hash.digest('hex')
}

function identityIn(keychainPath, fingerprint) {
  const { keychains, searchList } = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8'))
  const keychain = keychains[keychainPath]
  const isReady = keychain?.isUnlocked && keychain.partitioned && searchList.includes(keychainPath)
  return isReady && keychain.identities.some((identity) => identity.fingerprint === fingerprint)
}

function sign(path, values) {
  const identity = values['--sign']
  if (!identityIn(values['--keychain'], identity)) throw new Failure(`${identity}: no identity found`)
  const unsigned = contents(path).code.find((code) => signatures[code]?.identity !== identity)
  if (unsigned) throw new Failure(`${path}: code object is not signed at all\nIn subcomponent: ${unsigned}`)
  if (statSync(path).isDirectory()) {
    mkdirSync(join(path, '_CodeSignature'), { recursive: true })
    if (values['--entitlements']) writeFileSync(claimsOf(path), readFileSync(values['--entitlements']))
  }
  signatures[path] = { identity, seal: sealOf(path) }
  writeFileSync(signaturesFile, JSON.stringify(signatures))
}

function verify(path) {
  for (const code of [path, ...contents(path).code]) {
    if (!signatures[code]) throw new Failure(`${code}: code object is not signed at all`)
    if (signatures[code].seal !== sealOf(code)) throw new Failure(`${code}: a sealed resource is missing or invalid`)
  }
}

function display(path) {
  if (!existsSync(join(path, '_CodeSignature'))) throw new Failure(`${path}: code object is not signed at all`)
  if (existsSync(claimsOf(path))) process.stdout.write(readFileSync(claimsOf(path)))
}

const WITH_VALUE = ['--sign', '--keychain', '--entitlements']
const args = process.argv.slice(2)
const values = {}
for (let at = 0; at < args.length; at++) values[args[at]] = WITH_VALUE.includes(args[at]) ? args[++at] : true
const path = args.at(-1)
appendFileSync(join(folder, 'codesign.jsonl'), `${JSON.stringify(args)}\n`)
try {
  if (fault !== '' && args.includes(fault)) throw new Failure(`${path}: the fault the test asked for`)
  if (values['--display']) display(path)
  else if (values['--verify']) verify(path)
  else sign(path, values)
} catch (error) {
  if (!(error instanceof Failure)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
