// Run as a program of its own: Node reads NODE_EXTRA_CA_CERTS when it starts. Reads a job from stdin, writes what it saw.
import { readFileSync } from 'node:fs'
import appleUtils from '@expo/apple-utils'

const { Auth, Teams } = appleUtils
const { username, password } = JSON.parse(readFileSync(0, 'utf8'))
const seen = {}
try {
  await Auth.loginAsync({ username, password }, { autoResolveProvider: true })
  seen.teams = (await Teams.getTeamsAsync()).map(({ teamId }) => teamId)
} catch (error) {
  seen.error = error.message
}
process.stdout.write(`\nSEEN ${JSON.stringify(seen)}\n`)
