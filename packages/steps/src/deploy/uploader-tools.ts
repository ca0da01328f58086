import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { MINUTE_MS } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import type { BuildFile } from '@cordon/delivery/engine/builds/build-file'
import { environmentWithoutSecrets } from '../child-environment.ts'
import type { StepContext } from '../step.ts'
import { INPUTS } from './declaration.ts'
import { deployErrors } from './errors.ts'
import { createToolProgress } from './tool-progress.ts'

/** What an upload by one of Apple's own tools needs. */
export interface ToolUpload {
  readonly file: BuildFile
  readonly accountName: string
  readonly appSpecificPassword: Secret<string> | undefined
  readonly transporterArguments: readonly string[]
}

/** One of Apple's tools that this machine has. */
interface Tool {
  readonly name: 'altool' | 'iTMSTransporter'
  readonly command: string
  readonly argumentsFor: (upload: ToolUpload) => readonly string[]
}

/** The variable that hands the password over; both tools read `@env:NAME`. Arguments are seen by every process of the machine. */
const PASSWORD_VARIABLE = 'ITMS_TRANSPORTER_PASSWORD'
const PASSWORD_ARGUMENT = `@env:${PASSWORD_VARIABLE}`

/** What altool prints when trying again helps. Source: the retry rule of the loader step of Bitrise. */
const TRANSIENT = /\(-(19201|1194|18000|19209)\)|server returned an invalid response|timed out/i
const TRIES = 5

/**
 * Uploads a build with an Apple ID through Apple's own tools: altool of Xcode, or Transporter, which exists for Linux too.
 * Errors: `deploy.uploader_missing`, `deploy.app_password_missing`, `deploy.store_description_missing`, `deploy.uploader_failed`.
 */
export async function uploadByTool(upload: ToolUpload, context: StepContext): Promise<Tool['name']> {
  const tool = await requireTool(upload, context)
  const environment = environmentFor(upload, context)
  for (let tries = 1; ; tries += 1) {
    context.log(`${tool.name} uploads ${upload.file.bundleId}`)
    const { exitCode, stdout, stderr } = await context.run(tool.command, tool.argumentsFor(upload), {
      env: environment,
      onOutput: createToolProgress(context),
    })
    context.status?.(undefined)
    if (exitCode === 0) return tool.name
    const output = outputOf(`${stdout}\n${stderr}`, upload)
    if (tries >= TRIES || !TRANSIENT.test(output)) throw failed(tool.name, exitCode, output)
    context.warn(`${tool.name} failed in a way that passes; try ${tries + 1} follows`)
    await context.sleep(tries * MINUTE_MS)
  }
}

/** Says that this machine can do it, before anything is changed at Apple. Errors as `uploadByTool`. */
export async function requireTool(
  { file, accountName, appSpecificPassword }: ToolUpload,
  context: StepContext,
): Promise<Tool> {
  const tool = await findTool(context)
  if (tool === undefined) {
    const lookedFor = ['altool (Xcode, macOS only)', 'iTMSTransporter']
    const detail = `${context.platform} has neither altool, which comes with Xcode, nor iTMSTransporter`
    throw deployErrors.uploader_missing({ platform: context.platform, lookedFor }, { detail })
  }
  if (appSpecificPassword === undefined)
    throw deployErrors.app_password_missing({ accountName }, { detail: accountName })
  if (tool.name === 'iTMSTransporter' && context.platform !== 'darwin' && !existsSync(descriptionOf(file)))
    throw deployErrors.store_description_missing({ path: descriptionOf(file) }, { detail: descriptionOf(file) })
  return tool
}

async function findTool(context: StepContext): Promise<Tool | undefined> {
  if (context.platform === 'darwin' && (await works('xcrun', ['--find', 'altool'], context)))
    return { name: 'altool', command: 'xcrun', argumentsFor: altoolArguments }
  const named = context.variables.FASTLANE_ITUNES_TRANSPORTER_PATH
  const commands = [
    ...(named ? [join(named, 'bin', 'iTMSTransporter'), join(named, 'iTMSTransporter')] : []),
    'iTMSTransporter',
  ]
  for (const command of commands) {
    if (await works(command, ['-version'], context))
      return {
        name: 'iTMSTransporter',
        command,
        argumentsFor: (upload) => transporterArguments(upload, context.platform),
      }
  }
  return undefined
}

async function works(command: string, args: readonly string[], { run }: StepContext): Promise<boolean> {
  try {
    return (await run(command, args)).exitCode === 0
  } catch {
    return false
  }
}

const ALTOOL_TYPES = { IOS: 'ios', MAC_OS: 'macos', TV_OS: 'appletvos', VISION_OS: 'visionos' } as const

function altoolArguments({ file, accountName }: ToolUpload): readonly string[] {
  const type = ALTOOL_TYPES[file.platform ?? 'IOS']
  return ['altool', '--upload-app', '-t', type, '-f', file.path, '-u', accountName, '-p', PASSWORD_ARGUMENT]
}

function transporterArguments(
  { file, accountName, transporterArguments: more }: ToolUpload,
  platform: NodeJS.Platform,
) {
  const description = platform === 'darwin' ? [] : ['-assetDescription', descriptionOf(file)]
  const asset = ['-assetFile', file.path, ...description]
  return ['-m', 'upload', ...asset, '-u', accountName, '-p', PASSWORD_ARGUMENT, ...more]
}

function descriptionOf({ path }: Pick<BuildFile, 'path'>): string {
  return join(dirname(path), 'AppStoreInfo.plist')
}

/** The password goes under the name that the tool is told. */
function environmentFor({ appSpecificPassword }: ToolUpload, context: StepContext): Readonly<Record<string, string>> {
  const own = environmentWithoutSecrets(INPUTS, context)
  return { ...own, [PASSWORD_VARIABLE]: appSpecificPassword?.reveal() ?? '' }
}

const MAX_OUTPUT_CHARACTERS = 2_000

function outputOf(text: string, { appSpecificPassword }: ToolUpload): string {
  const password = appSpecificPassword?.reveal() ?? ''
  const clean = password === '' ? text : text.replaceAll(password, '[redacted]')
  return clean.trim().slice(-MAX_OUTPUT_CHARACTERS)
}

function failed(tool: string, exitCode: number, output: string) {
  const last = output.split('\n').findLast((line) => line.trim() !== '') ?? ''
  return deployErrors.uploader_failed(
    { tool, exitCode, output },
    { detail: `${tool} ended with exit code ${exitCode}: ${last.slice(0, 300)}` },
  )
}
