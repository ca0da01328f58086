// `npm run demo`: what a person and a build do, over HTTP and the command only.
import { runDemo } from './demo/run.ts'

process.exit(await runDemo(process.argv.slice(2)))
