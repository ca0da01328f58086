import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export interface DemoOptions {
  /** End when done instead of leaving the web app running. */
  readonly once: boolean
  /** A project of the user's own; the example when absent. */
  readonly project: string | undefined
  readonly scheme: string | undefined
  readonly distribution: string
  /** Build settings that the project's files do not hold, NAME=VALUE. */
  readonly settings: readonly string[]
}

export function readOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      project: { type: 'string' },
      scheme: { type: 'string' },
      distribution: { type: 'string', default: 'ad-hoc' },
      setting: { type: 'string', multiple: true, default: [] },
    },
  })
  return {
    once: values.once,
    project: values.project === undefined ? undefined : resolve(values.project),
    scheme: values.scheme,
    distribution: values.distribution,
    settings: values.setting,
  }
}
