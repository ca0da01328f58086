import { join } from 'node:path'
import { projectRoot } from '../checks.ts'
import { DemoFailure, Narrator } from './narrator.ts'
import { readOptions } from './options.ts'
import { tellStory } from './story.ts'
import { type DemoWorld, startWorld } from './world.ts'

const EXAMPLE = join(projectRoot, 'examples/tidepool')

/** Runs the demo and answers its exit code: 0 only if every chapter did what it says. */
export async function runDemo(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  const narrator = new Narrator((text) => process.stdout.write(text))
  const startedMs = performance.now()
  process.stdout.write(
    'Cordon, from nothing to a project that can be signed. Apple is simulated; nothing leaves this machine.\n',
  )
  let world: DemoWorld | undefined
  try {
    world = await narrator.chapter('Start a simulated Apple and a Cordon server in a scratch folder', async () => {
      const started = await startWorld()
      narrator.say(`Apple:  ${started.simulatorUrl}\nCordon: ${started.serverUrl}`)
      return started
    })
    const ending = await tellStory(world, { ...options, project: options.project ?? EXAMPLE }, narrator)
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
    process.stdout.write(
      `\nDone in ${seconds} s: ${narrator.chapters.length} chapters, each did what it says.\n${ending.measured}\n`,
    )
    if (!options.once) await stayOpen(world, ending.signIn)
    return 0
  } catch (error) {
    process.stdout.write(
      `\nThe demo failed: ${error instanceof DemoFailure ? error.message : (error as Error).stack}\n`,
    )
    return 1
  } finally {
    await world?.stop()
  }
}

async function stayOpen(world: DemoWorld, signIn: { email: string; password: string }): Promise<void> {
  process.stdout.write(
    `\nThe web app runs at ${world.serverUrl}\nSign in as ${signIn.email} with the password ${signIn.password}\nPress Ctrl-C to end; the scratch folder is then removed.\n`,
  )
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
