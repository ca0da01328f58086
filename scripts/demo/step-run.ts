import { join } from 'node:path'
import type { DemoOptions } from './options.ts'
import type { ProjectCopy } from './project-copy.ts'
import type { DemoWorld } from './world.ts'

/** A build as `cordon build start` tells it. */
export interface StartedBuild {
  readonly build: { readonly id: string; readonly number: number }
  readonly environment: Readonly<Record<string, string>>
}

/** What a step that provisions a project tells with --json. */
export interface StepDocument {
  readonly bundleIds: ReadonlyArray<{
    readonly bundleId: string
    readonly target: string
    readonly role: string
    readonly platform: string
  }>
  readonly changes: ReadonlyArray<{ readonly kind: string; readonly subject: string; readonly reason: string }>
  readonly profiles: ReadonlyArray<{
    readonly bundleId: string
    readonly name: string
    readonly outcome: string
    readonly why: string
  }>
  readonly appleRequests: number
  readonly files: readonly string[]
  readonly projectChanges: readonly unknown[]
  readonly todos: ReadonlyArray<{ readonly identifier: string; readonly text: string }>
  readonly warnings: readonly string[]
}

/** Starts a build as the person of the demo. */
export async function startBuild(world: DemoWorld, app: string, workflow: string): Promise<StartedBuild> {
  const facts = ['--branch', 'main', '--commit', '4f1c0de', '--workflow', workflow]
  const { stdout } = await world.command(['build', 'start', '--app', app, ...facts, '--json'])
  return JSON.parse(stdout) as StartedBuild
}

/** Runs a step in a build. */
export async function stepDocument(
  world: DemoWorld,
  step: string,
  copy: ProjectCopy,
  build: StartedBuild,
  options: DemoOptions,
  more: readonly string[] = [],
): Promise<StepDocument> {
  const wishes = {
    '--project-path': copy.path,
    '--distribution-type': options.distribution,
    '--register-test-devices': 'yes',
    '--create-certificate': 'yes',
    '--signing-folder': join(world.folder, 'signing'),
    ...(options.scheme !== undefined && { '--scheme': options.scheme }),
    ...(options.settings.length > 0 && { '--build-settings': options.settings.join('\n') }),
  }
  const env = {
    ...build.environment,
    CORDON_APPLE_BASE_URL: world.simulatorUrl,
    CORDON_APPLE_ID_BASE_URL: world.simulatorUrl,
    p12_passphrase: 'demo-passphrase',
  }
  const args = [step, ...Object.entries(wishes).flat(), ...more, '--json']
  return JSON.parse((await world.command(args, { env })).stdout) as StepDocument
}
