import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { projectRoot } from '../checks.ts'
import { ExampleFailure, findProfile } from './find-profile.ts'
import { packExample } from './pack-example.ts'

const CONFIG = join(projectRoot, 'examples/tidepool/Config/Tidepool.xcconfig')
const USAGE = `usage: npm run example:ipa -- [--out FILE] [--profile FILE|FOLDER] [--build-number N] [--version N] [--bundle-id ID]

  --out           the .ipa to write (tidepool.ipa)
  --profile       an App Store profile, or the folder that auto-provision wrote profiles to
  --build-number  its build number, such as \`cordon build-number next\` prints
  --version       its marketing version
  --bundle-id     its bundle ID; a profile that is given as a file tells it
What is left out is as in examples/tidepool.
`
const NUMBERS = /^\d{1,9}(\.\d{1,4}){0,2}$/

/** Makes the .ipa that the arguments ask for; answers the exit code. */
export async function makeExampleIpa(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args)
    if (options.help) process.stdout.write(USAGE)
    else await make(options)
    return 0
  } catch (error) {
    if (!(error instanceof ExampleFailure)) throw error
    process.stderr.write(`error: ${error.message}\n`)
    return 1
  }
}

interface ExampleOptions {
  readonly help: boolean
  readonly out: string
  readonly profile: string | undefined
  readonly buildNumber: string
  readonly version: string
  readonly bundleId: string | undefined
}

function readOptions(args: readonly string[]): ExampleOptions {
  const { values } = parse(args)
  const [version, buildNumber] = [values.version ?? setting('MARKETING_VERSION'), values['build-number']]
  const options = {
    help: values.help ?? false,
    out: resolve(workingFolder(), values.out ?? 'tidepool.ipa'),
    profile: values.profile === undefined ? undefined : resolve(workingFolder(), values.profile),
    buildNumber: buildNumber ?? setting('CURRENT_PROJECT_VERSION'),
    version,
    bundleId: values['bundle-id'],
  }
  if (!options.out.endsWith('.ipa')) throw new ExampleFailure('--out must end with .ipa')
  for (const [flag, value] of [['--build-number', options.buildNumber] as const, ['--version', version] as const])
    if (!NUMBERS.test(value)) throw new ExampleFailure(`${flag} must be one to three numbers with dots between`)
  return options
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const
  const options = { out: text, profile: text, 'build-number': text, version: text, 'bundle-id': text } as const
  try {
    return parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean' } } })
  } catch (cause) {
    throw new ExampleFailure(`${(cause as Error).message}\n${USAGE}`, { cause })
  }
}

/** npm runs scripts in the folder of package.json; paths are meant from where the user is. */
function workingFolder(): string {
  return process.env.INIT_CWD ?? process.cwd()
}

/** A setting of the example project. */
function setting(name: string): string {
  const value = new RegExp(`^${name} = (.+)$`, 'm').exec(readFileSync(CONFIG, 'utf8'))?.[1]
  if (value === undefined) throw new ExampleFailure(`${CONFIG} does not set ${name}`)
  return value
}

async function make({ out, profile: path, buildNumber, version, bundleId: wanted }: ExampleOptions): Promise<void> {
  const found = path === undefined ? undefined : findProfile(path, wanted ?? setting('BUNDLE_ID_PREFIX'))
  const bundleId = wanted ?? found?.profile.bundleIdentifier ?? setting('BUNDLE_ID_PREFIX')
  if (bundleId.includes('*')) throw new ExampleFailure(`the profile is for ${bundleId}: say which with --bundle-id`)
  await packExample(out, { bundleId, version, buildNumber, profile: found?.bytes })
  process.stdout.write(`${out}: ${bundleId} ${version} (${buildNumber})\n`)
  const profile = found && `"${found.profile.name}", ${found.profile.distributionMethod}`
  process.stdout.write(`profile: ${profile ?? 'none, and deploy will say so; give one with --profile'}\n`)
  process.stdout.write('its program is a placeholder and unsigned: good for the simulator, refused by Apple\n')
}
