import type { StoreBuild } from '../builds/port.ts'
import type { StoreApp } from '../metadata/index.ts'
import type { StorePlatform } from '../platforms.ts'

/** A group of testers of one app. */
export interface TesterGroup {
  readonly id: string
  readonly name: string
  /** Members of the team; no beta review is needed for them. */
  readonly isInternal: boolean
  /** It has every build, so none can be added. */
  readonly hasAllBuilds: boolean
  /** Undefined: testers cannot join by a link. */
  readonly publicLink: string | undefined
}

export interface Tester {
  readonly email: string
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
}

/** What testers read, in one language. */
export interface TestNote {
  readonly id: string
  readonly locale: string
  readonly text: string
}

/** TestFlight, as far as a build on its way to testers needs it. Writes are looked for before they are repeated. */
export interface TestFlightPort {
  answerEncryption(buildId: string, usesNonExemptEncryption: boolean): Promise<void>
  listNotes(buildId: string): Promise<readonly TestNote[]>
  createNote(buildId: string, locale: string, text: string): Promise<void>
  changeNote(note: TestNote, text: string): Promise<void>
  listGroups(app: StoreApp): Promise<readonly TesterGroup[]>
  addToGroups(buildId: string, groups: readonly TesterGroup[]): Promise<void>
  listTesters(group: TesterGroup): Promise<readonly Tester[]>
  /** Somebody who is there already is no error. */
  addTester(tester: Tester, groups: readonly TesterGroup[]): Promise<void>
  /** Undefined: never handed in. */
  readReview(buildId: string): Promise<'waiting' | 'in_review' | 'rejected' | 'approved' | 'other' | undefined>
  submitForReview(buildId: string): Promise<void>
  /** Builds of an app and platform that have not ended. */
  listLiveBuilds(app: StoreApp, platform: StorePlatform): Promise<readonly StoreBuild[]>
  expire(buildId: string): Promise<void>
}
