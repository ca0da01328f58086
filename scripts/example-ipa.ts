// `npm run example:ipa`: an .ipa to try shipping with where no Mac is at hand.
import { makeExampleIpa } from './example-ipa/run.ts'

process.exitCode = await makeExampleIpa(process.argv.slice(2))
