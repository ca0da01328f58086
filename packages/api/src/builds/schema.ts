import { z } from 'zod'
import { count, idOf, line, shownOnce, text, timestamp } from '../fields.ts'

/** What the CI system knows of the run. All optional, but a run from a fork must say so: it gets no credentials. */
export const buildFacts = z.object({
  commit: text(200).default(''),
  branch: text(500).default(''),
  workflow: text(200).default(''),
  message: text(1_000).default(''),
  pullRequest: text(100).default(''),
  /** The code comes from a fork: the build gets no credentials. */
  fromFork: z.boolean().default(false),
  /** Page of the run in the CI system. */
  ciUrl: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(1_000)]).default(''),
})
export type BuildFacts = z.output<typeof buildFacts>

export const BUILD_STATES = ['running', 'ended', 'expired'] as const
export const BUILD_OUTCOMES = ['success', 'failure', 'aborted'] as const

export const build = z.object({
  id: idOf('build'),
  appId: idOf('app'),
  appName: z.string(),
  /** Counts up within the app. */
  number: z.number().int(),
  state: z.enum(BUILD_STATES),
  outcome: z.enum(BUILD_OUTCOMES).nullable(),
  facts: buildFacts,
  startedBy: z.object({ kind: z.enum(['person', 'trigger_token']), name: z.string() }),
  startedAt: timestamp,
  /** When its token ends at the latest. */
  expiresAt: timestamp,
  endedAt: timestamp.nullable(),
  /** How often it got credentials. */
  credentialReleases: z.number().int(),
  /** As reported by its steps; null when none reported. */
  appleRequests: z.number().int().nullable(),
})
export type Build = z.output<typeof build>

export const startBuild = z.object({
  /** A misspelt `fromFork` must not pass for none. */
  facts: buildFacts.strict().prefault({}),
  /** Life of the build token; the server's limit is the default and the most. */
  minutes: count(1, 1_440).optional(),
})

/** The only time the build token is shown. */
export const startedBuild = z.object({
  build,
  buildUrl: z.string(),
  buildToken: shownOnce(z.string()),
  /** What to export to the build, by name. */
  environment: shownOnce(z.record(z.string(), z.string())),
})
export type StartedBuild = z.output<typeof startedBuild>

/** What a step did at Apple, told by the build itself. */
export const stepReport = z.object({
  step: line(60),
  outcome: z.enum(['success', 'failure']),
  appleRequests: z.number().int().min(0).max(1_000_000),
  actions: z
    .array(z.object({ action: line(60), subject: text(300), outcome: text(60), reason: text(500) }))
    .max(500)
    .default([]),
  summary: text(2_000).default(''),
})
export type StepReport = z.output<typeof stepReport>

export const triggerToken = z.object({
  id: idOf('triggerToken'),
  name: z.string(),
  createdBy: z.string(),
  createdAt: timestamp,
  expiresAt: timestamp.nullable(),
  lastUsedAt: timestamp.nullable(),
})

export const createdTriggerToken = z.object({ triggerToken, token: shownOnce(z.string()) })
