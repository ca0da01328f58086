import { z } from 'zod'
import { count, line } from '../fields.ts'

export const PLATFORMS = ['ios', 'macos', 'tvos', 'visionos'] as const

/** For which line of builds a number is wanted. Apple counts each version of each platform for itself. */
export const buildNumberWish = z.object({
  /** Bundle ID of the app. */
  bundleId: z
    .string()
    .trim()
    .max(155)
    .regex(/^[A-Za-z0-9.-]+$/, 'must be a bundle ID, such as "com.example.wallet"'),
  /** Marketing version, such as "1.4.0". */
  version: line(30).regex(/^\d+(\.\d+){0,2}$/, 'must be one to three numbers with dots, such as "1.4.0"'),
  platform: z.enum(PLATFORMS).default('ios'),
  /** The highest number that Apple is known to have; the answer is above it. */
  above: count(0, 2_000_000_000).default(0),
})

/** A number that nobody else gets. */
export const allocatedBuildNumber = z.object({ buildNumber: z.number().int() })
