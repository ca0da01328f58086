#!/usr/bin/env node
// Stands in for macOS's `security` in tests: keeps keychains in a state file, records what it was given, and behaves
// like the real one in what Cordon relies on. Commands and the splitting of lines follow Apple's published source.
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const folder = process.env.SECURITY_STAND_IN
const stateFile = join(folder, 'state.json')
const fault = process.env.SECURITY_FAULT ?? ''
const state = existsSync(stateFile)
  ? JSON.parse(readFileSync(stateFile, 'utf8'))
  : { keychains: {}, searchList: [join(folder, 'login.keychain-db')] }

class Failure extends Error {}

function splitLine(line) {
  const args = []
  let [word, quote] = [undefined, undefined]
  for (let at = 0; at < line.length; at++) {
    const char = line[at]
    if (char === '\\' && word !== undefined) word += line[++at] ?? ''
    else if (quote === undefined && word === undefined && /["']/.test(char)) [word, quote] = ['', char]
    else if (quote !== undefined ? char === quote : /\s/.test(char)) {
      if (word !== undefined) args.push(word)
      word = quote = undefined
    } else word = (word ?? '') + char
  }
  return word === undefined ? args : [...args, word]
}

function options(args, withValue) {
  const found = { rest: [], values: {} }
  for (let at = 0; at < args.length; at++) {
    if (withValue.includes(args[at])) found.values[args[at]] = args[++at]
    else if (!args[at].startsWith('-')) found.rest.push(args[at])
    else found.values[args[at]] = true
  }
  return found
}

function keychain(path) {
  const found = state.keychains[path]
  if (!found) throw new Failure('The specified keychain could not be found.')
  return found
}

function openP12(file, passphrase) {
  const args = ['pkcs12', '-in', file, '-nokeys', '-passin', 'stdin']
  try {
    const pem = execFileSync('openssl', args, { input: `${passphrase}\n`, stdio: ['pipe', 'pipe', 'ignore'] })
    const seen = execFileSync('openssl', ['x509', '-noout', '-fingerprint', '-sha1', '-subject'], { input: pem })
    const [, fingerprint] = /Fingerprint=(.*)/i.exec(seen.toString())
    return { fingerprint: fingerprint.replaceAll(':', ''), name: /CN ?= ?(.*)/.exec(seen.toString())?.[1] }
  } catch {
    throw new Failure('SecKeychainItemImport: MAC verification failed during PKCS12 import (wrong password?)')
  }
}

function identityList(path) {
  const { identities, partitioned } = keychain(path)
  const lines = identities.map(({ fingerprint, name }, index) => `  ${index + 1}) ${fingerprint} "${name}"`)
  const valid = fault === 'untrusted' || !partitioned ? [] : lines
  const list = (some) => [...some, `     ${some.length} identities found`].join('\n')
  return `\nPolicy: Code Signing\n  Matching identities\n${list(lines)}\n\n  Valid identities only\n${list(valid)}\n`
}

const COMMANDS = {
  'create-keychain'(args) {
    const { rest, values } = options(args, ['-p'])
    const path = rest[0].endsWith('-db') ? rest[0] : `${rest[0]}-db`
    writeFileSync(path, 'keychain')
    state.keychains[path] = { password: values['-p'], isUnlocked: true, identities: [], partitioned: false }
  },
  'unlock-keychain'(args) {
    const { rest, values } = options(args, ['-p'])
    const found = keychain(rest[0])
    if (found.password !== values['-p']) throw new Failure('The user name or passphrase you entered is not correct.')
    found.isUnlocked = true
  },
  'set-keychain-settings'(args) {
    const { rest, values } = options(args, ['-lut'])
    keychain(rest[0]).lockAfter = values['-lut']
  },
  'list-keychains'(args) {
    const { rest, values } = options(args, ['-d'])
    if (values['-s']) state.searchList = rest
    else process.stdout.write(state.searchList.map((path) => `    "${path}"\n`).join(''))
  },
  'find-identity'(args) {
    process.stdout.write(identityList(options(args, ['-p']).rest[0]))
  },
  import(args) {
    const { rest, values } = options(args, ['-k', '-P', '-T'])
    const target = keychain(values['-k'])
    if (!target.isUnlocked) throw new Failure('User interaction is not allowed.')
    const modes = [rest[0], dirname(rest[0])].map((path) => (statSync(path).mode & 0o777).toString(8))
    appendFileSync(join(folder, 'imports.jsonl'), `${JSON.stringify({ file: rest[0], modes })}\n`)
    const identity = openP12(rest[0], values['-P'])
    if (fault !== 'import-does-nothing') target.identities.push(identity)
    if (fault === 'import-echoes') throw new Failure(`SecKeychainItemImport: bad passphrase ${values['-P']}`)
  },
  'set-key-partition-list'(args) {
    const { rest, values } = options(args, ['-S', '-k'])
    const found = keychain(rest[0])
    if (found.password !== values['-k']) throw new Failure('SecKeychainItemSetAccessWithPassword: wrong password')
    found.partitioned = values['-S'] === 'apple-tool:,apple:'
  },
  'delete-identity'(args) {
    const { rest, values } = options(args, ['-Z'])
    const found = keychain(rest[0])
    found.identities = found.identities.filter(({ fingerprint }) => fingerprint !== values['-Z'])
  },
  'delete-keychain'(args) {
    keychain(args[0])
    delete state.keychains[args[0]]
    state.searchList = state.searchList.filter((path) => path !== args[0])
    rmSync(args[0])
  },
}

function run([name, ...args]) {
  try {
    if (!COMMANDS[name]) throw new Failure(`unknown command "${name}"`)
    if (fault === name) throw new Failure('The fault the test asked for.')
    COMMANDS[name](args)
    return 0
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    process.stderr.write(`security: ${error.message}\n`)
    return 1
  }
}

const argv = process.argv.slice(2)
const stdin = argv[0] === '-i' ? readFileSync(0, 'utf8') : ''
appendFileSync(join(folder, 'calls.jsonl'), `${JSON.stringify({ argv, stdin })}\n`)
const commands = argv[0] === '-i' ? stdin.split('\n').filter(Boolean).map(splitLine) : [argv]
process.exitCode = commands.map(run).at(-1)
writeFileSync(stateFile, JSON.stringify(state))
