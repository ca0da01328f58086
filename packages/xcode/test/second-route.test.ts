import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { analyseProject, type ProjectAnalysis } from '@cordon/xcode/analyse'
import { describe, expect, it } from 'vitest'
import { announceAbsence, CORPUS } from './corpus.ts'
import table from './second-route/expected.json' with { type: 'json' }

/** What the table may leave open, because a configuration file of the project is not in its repository. */
const MOST_OPEN = { bundleIds: 4, entitlementKeys: 1 }

interface Row {
  readonly target: string
  readonly bundleId: string | null
  readonly entitlementKeys: readonly string[] | null
  /** Whether it is signed with a profile of its own. */
  readonly profile: boolean
}
interface Expected {
  readonly repository: string
  /** Inside the repository. */
  readonly project: string
  readonly scheme: string
  readonly configuration: string
  readonly targets: readonly Row[]
}
type Target = ProjectAnalysis['targets'][number]

const SCHEMES: readonly Expected[] = table.schemes
const EXPECTED_ROWS = SCHEMES.flatMap((scheme) => scheme.targets)

function seenEntitlementKeys({ entitlements }: Target): string[] | null {
  if (entitlements.state === 'read') return Object.keys(entitlements.values).sort()
  return entitlements.state === 'none' ? [] : null
}

/** Entitlement keys that the table leaves open are not compared; a bundle ID left open has to be unresolved. */
function seenRow(target: Target, expected: Expected): Row {
  const leftOpen = expected.targets.some((row) => row.target === target.name && row.entitlementKeys === null)
  return {
    target: target.name,
    bundleId: target.bundleId.state === 'resolved' ? target.bundleId.value : null,
    entitlementKeys: leftOpen ? null : seenEntitlementKeys(target),
    profile: target.needsProfile,
  }
}

function byName(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => (a.target < b.target ? -1 : 1))
}

function folderOf({ repository, project }: Expected): string {
  return join(CORPUS, repository.replace('/', '+'), project)
}

async function analyse(expected: Expected) {
  const { configuration, targets } = await analyseProject({ path: folderOf(expected), scheme: expected.scheme })
  return { configuration, targets: byName(targets.map((target) => seenRow(target, expected))) }
}

describe('the table of the second route', () => {
  it('covers every app scheme of the twelve repositories', () => {
    expect(SCHEMES.length).toBe(61)
    expect(new Set(SCHEMES.map((scheme) => scheme.repository)).size).toBe(12)
  })

  it('leaves hardly anything open', () => {
    const open = {
      bundleIds: EXPECTED_ROWS.filter((row) => row.bundleId === null).length,
      entitlementKeys: EXPECTED_ROWS.filter((row) => row.entitlementKeys === null).length,
    }
    expect(open.bundleIds).toBeLessThanOrEqual(MOST_OPEN.bundleIds)
    expect(open.entitlementKeys).toBeLessThanOrEqual(MOST_OPEN.entitlementKeys)
  })
})

const present = existsSync(CORPUS)
if (!present) announceAbsence('../shared/xcode-projects')

describe.runIf(present)('signed targets, bundle IDs and entitlement keys agree with the second route', () => {
  it.each(SCHEMES)('$repository $project: $scheme', async (expected) => {
    const { configuration, targets } = expected
    expect(await analyse(expected)).toEqual({ configuration, targets: byName(targets) })
  })
})
