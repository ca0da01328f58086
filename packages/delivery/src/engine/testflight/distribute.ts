import type { StoreBuild } from '../builds/port.ts'
import type { StoreApp } from '../metadata/index.ts'
import { isRefusal } from '../metadata/refusal.ts'
import type { StorePlatform } from '../platforms.ts'
import { testflightErrors } from './errors.ts'
import type { Tester, TesterGroup, TestFlightPort, TestNote } from './port.ts'

/** What is to come of a build in TestFlight. */
export interface TestFlightWish {
  /** Answer to Apple's question; undefined leaves it to the Info.plist of the app. */
  readonly usesNonExemptEncryption?: boolean | undefined
  /** What to test, by locale such as `en-US`. */
  readonly notes: Readonly<Record<string, string>>
  /** Names of groups that get the build. */
  readonly groups: readonly string[]
  /** People who are put into these groups. */
  readonly testers: readonly Tester[]
  /** Hand the build to beta review when a group of people outside of the team gets it. */
  readonly submitsForReview: boolean
  /** How many builds of the platform stay; older ones end. Undefined: all stay. */
  readonly keepsBuilds?: number | undefined
}

/** One thing that was done. */
export interface TestFlightChange {
  /** For people; a tester is named by the address. */
  readonly line: string
  /** Names of the groups that a tester was put into; undefined when it is no tester. */
  readonly testerIn?: readonly string[]
}

/** What was done, one line each, in the order in which it was. */
export interface TestFlightResult {
  readonly changes: readonly string[]
  /** What keeps testers from the build still. */
  readonly warnings: readonly string[]
  /** Where testers can join, of the groups that got the build. */
  readonly publicLinks: readonly string[]
}

/** What distribution is about, and through what. */
export interface Distribution {
  readonly app: StoreApp
  readonly platform: StorePlatform
  readonly build: StoreBuild
  readonly port: TestFlightPort
  /** Hears of each change when it is done, also when a later one fails. */
  readonly onChange: (change: TestFlightChange) => void
}

const MAX_NOTE_CHARACTERS = 4_000
const LOCALE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$/
const EMAIL = /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/

/**
 * Refuses what Apple would refuse, before anything is asked of Apple. Errors: `testflight.text_invalid`, `testflight.tester_invalid`,
 * `testflight.testers_without_group`.
 */
export function checkTestFlightWish({ notes, testers, groups }: TestFlightWish): void {
  for (const [locale, text] of Object.entries(notes)) {
    const characters = [...text].length
    const problem = !LOCALE.test(locale)
      ? 'this is no locale such as en-US'
      : characters > MAX_NOTE_CHARACTERS
        ? `${characters} characters`
        : text.trim() === ''
          ? 'it is empty'
          : undefined
    if (problem !== undefined)
      throw testflightErrors.text_invalid({ locale, problem }, { detail: `${locale}: ${problem}` })
  }
  const wrong = testers.findIndex(({ email }) => !EMAIL.test(email))
  if (wrong >= 0) throw testflightErrors.tester_invalid({ entry: wrong + 1 }, { detail: `entry ${wrong + 1}` })
  if (testers.length > 0 && groups.length === 0) throw testflightErrors.testers_without_group()
}

/**
 * Brings a processed build to its testers: encryption, what to test, groups, testers, beta review, and an end to old builds. What is
 * there already is left as it is, so that it can be run again.
 * Errors: those of `testflight` and of the port.
 */
export async function distribute(wish: TestFlightWish, distribution: Distribution): Promise<TestFlightResult> {
  checkTestFlightWish(wish)
  const { port, app, build, onChange } = distribution
  const changes: string[] = []
  const note: Note = (line, more) => {
    changes.push(line)
    onChange({ line, ...more })
  }
  // Looked at first: a name that is wrong is better known before anything changes.
  const groups = await requireGroups(wish.groups, app, port)
  await answerEncryption(wish, build, port, note)
  await writeNotes(wish.notes, build, port, note)
  await addTesters(wish.testers, groups, port, note)
  await giveTo(groups, build, port, note)
  const outside = groups.filter(({ isInternal }) => !isInternal)
  if (wish.submitsForReview && outside.length > 0) await submit(build, port, note)
  const warnings = wish.submitsForReview ? [] : await reviewWarnings(outside, build, port)
  if (wish.keepsBuilds !== undefined) await expireOld(wish.keepsBuilds, distribution, note)
  return { changes, warnings, publicLinks: groups.flatMap(({ publicLink }) => publicLink ?? []) }
}

type Note = (line: string, more?: Pick<TestFlightChange, 'testerIn'>) => void

/** The groups of these names. Throws `testflight.group_not_found`. */
export async function requireGroups(
  names: readonly string[],
  app: StoreApp,
  port: Pick<TestFlightPort, 'listGroups'>,
): Promise<readonly TesterGroup[]> {
  if (names.length === 0) return []
  const known = await port.listGroups(app)
  const missing = names.filter((name) => !known.some((group) => group.name === name))
  if (missing.length > 0) {
    const there = known.map(({ name }) => name)
    const detail = `${missing.join(', ')}; there are ${there.join(', ') || 'none'}`
    throw testflightErrors.group_not_found({ groups: missing, known: there }, { detail })
  }
  return known.filter(({ name }) => names.includes(name))
}

async function answerEncryption(
  { usesNonExemptEncryption: answer, groups }: TestFlightWish,
  { id: buildId, usesNonExemptEncryption: answered }: StoreBuild,
  port: TestFlightPort,
  note: Note,
): Promise<void> {
  if (answered === undefined && answer === undefined) {
    if (groups.length > 0) throw testflightErrors.encryption_unanswered({ buildId })
    return
  }
  if (answer === undefined || answer === answered) return
  if (answered !== undefined) {
    const detail = `it was answered with ${answered ? 'yes' : 'no'}`
    throw testflightErrors.encryption_answered_otherwise({ buildId, answered }, { detail })
  }
  await port.answerEncryption(buildId, answer)
  note(`encryption: ${answer ? 'the app uses some that is not exempt' : 'none, or exempt'}`)
}

async function writeNotes(wanted: TestFlightWish['notes'], { id }: StoreBuild, port: TestFlightPort, note: Note) {
  if (Object.keys(wanted).length === 0) return
  // Apple makes a note in the primary language of its own; what is there decides between create and change.
  const known = new Map((await port.listNotes(id)).map((one) => [one.locale, one] as const))
  for (const [locale, text] of Object.entries(wanted)) await writeNote(id, locale, text, known.get(locale), port, note)
}

async function writeNote(
  buildId: string,
  locale: string,
  text: string,
  known: TestNote | undefined,
  port: TestFlightPort,
  note: Note,
): Promise<void> {
  if (known?.text === text) return
  if (known === undefined) await port.createNote(buildId, locale, text)
  else await port.changeNote(known, text)
  note(`what to test, ${locale}`)
}

async function addTesters(
  testers: readonly Tester[],
  groups: readonly TesterGroup[],
  port: TestFlightPort,
  note: Note,
) {
  if (testers.length === 0) return
  const there = await Promise.all(groups.map(async (group) => ({ group, testers: await port.listTesters(group) })))
  for (const tester of testers) {
    const isIn = (list: readonly Tester[]) => list.some(({ email }) => sameEmail(email, tester.email))
    const missing = there.filter((one) => !isIn(one.testers)).map(({ group }) => group)
    if (missing.length === 0) continue
    await port.addTester(tester, missing)
    const testerIn = missing.map(({ name }) => name)
    note(`tester ${tester.email} in ${testerIn.join(', ')}`, { testerIn })
  }
}

function sameEmail(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

async function giveTo(groups: readonly TesterGroup[], { id }: StoreBuild, port: TestFlightPort, note: Note) {
  const open = groups.filter(({ hasAllBuilds }) => !hasAllBuilds)
  if (open.length === 0) return
  await port.addToGroups(id, open)
  note(`groups: ${open.map(({ name }) => name).join(', ')}`)
}

async function submit({ id }: StoreBuild, port: TestFlightPort, note: Note): Promise<void> {
  if ((await port.readReview(id)) !== undefined) return
  try {
    await port.submitForReview(id)
  } catch (cause) {
    if (!isRefusal(cause)) throw cause
    const message = cause.detail ?? cause.title
    const field = /attribute '(\w+)'/.exec(message)?.[1] ?? ''
    throw testflightErrors.review_refused({ fields: [{ field, message }] }, { detail: message, cause })
  }
  note('handed to beta review')
}

/** People outside of the team get a build after beta review only. */
async function reviewWarnings(outside: readonly TesterGroup[], { id }: StoreBuild, port: TestFlightPort) {
  if (outside.length === 0 || (await port.readReview(id)) !== undefined) return []
  const names = outside.map(({ name }) => `"${name}"`).join(', ')
  const are = outside.length === 1 ? 'is an external group: its' : 'are external groups: their'
  return [
    `${names} ${are} testers get the build after beta review, which was not asked for; set submit_for_beta_review`,
  ]
}

async function expireOld(keep: number, { app, platform, build, port }: Distribution, note: Note): Promise<void> {
  const live = await port.listLiveBuilds(app, platform)
  const newestFirst = live.toSorted((a, b) => (b.uploadedAt ?? 0) - (a.uploadedAt ?? 0))
  // The build itself stays, whatever its place in the list.
  const others = newestFirst.filter(({ id }) => id !== build.id)
  for (const old of others.slice(Math.max(0, keep - 1))) {
    await port.expire(old.id)
    note(`build ${old.buildNumber ?? old.id} of version ${old.version ?? '?'} has ended`)
  }
}
