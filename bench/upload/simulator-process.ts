// A simulator of its own, with one app and a key, told in one line of JSON.
import { startSimulator } from '@cordon/simulator/simulator'

const simulator = await startSimulator({ settings: { hourlyLimit: null } })
const { teamId } = simulator.createTeam({ name: 'Bench' })
await simulator.seedTeam(teamId, {
  apps: [{ name: 'Acme', bundleId: 'com.acme.app', versions: [{ versionString: '1.1' }] }],
})
const { keyId, issuerId, privateKey } = simulator.createKey(teamId)
process.stdout.write(`${JSON.stringify({ baseUrl: simulator.url, keyId, issuerId, privateKey })}\n`)
