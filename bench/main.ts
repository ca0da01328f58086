// `npm run bench -- NAME --json`: runs one benchmark; prints exactly one line of JSON last.

import { BENCHES } from './benches.ts'
import { machine } from './machine.ts'

const [name, ...flags] = process.argv.slice(2)
if (name === '--list') {
  process.stdout.write(`${Object.keys(BENCHES).join('\n')}\n`)
} else {
  const bench = name === undefined ? undefined : BENCHES[name]
  if (bench === undefined) {
    process.stderr.write(`usage: npm run bench -- NAME [--json] [flags]; names: ${Object.keys(BENCHES).join(', ')}\n`)
    process.exitCode = 2
  } else {
    const metrics = await bench(flags.filter((flag) => flag !== '--json'))
    process.stdout.write(`${JSON.stringify({ bench: name, metrics, machine: machine() })}\n`)
  }
}
