import type { PartCounts, UploadEvent } from '@cordon/delivery/engine/builds/progress'
import type { ReviewChange } from '@cordon/delivery/engine/review/changes'
import type { TestFlightChange } from '@cordon/delivery/engine/testflight/distribute'
import type { RequestMeter } from '../build-connection/open-apple.ts'
import type { PageListeners } from './store-page.ts'

/** What was brought to App Store Connect. */
export interface DeployResult {
  readonly appId: string | undefined
  readonly bundleId: string | undefined
  readonly version: string | undefined
  readonly buildNumber: string | undefined
  readonly uploadId: string | undefined
  readonly buildId: string | undefined
  readonly testflightUrl: string | undefined
  /** What sent the build; undefined when there was none. */
  readonly uploadedBy: 'app-store-connect-api' | 'altool' | 'iTMSTransporter' | undefined
  /** Parts sent now, and parts that an earlier run had sent. */
  readonly parts: Pick<PartCounts, 'sent' | 'found'> | undefined
  /** Changes in TestFlight, one line each; a tester is named by the address. */
  readonly testflight: readonly string[]
  /** Writes to the store page; undefined when nothing was wanted of it. */
  readonly pageWrites: number | undefined
  /** Version whose page was written: another one than the build's where none is made for the build. Undefined: none was looked at. */
  readonly pageVersion: string | undefined
  /** Why the store page was left alone although something was wanted of it; undefined: it was not. */
  readonly pageLeft: string | undefined
  readonly submissionId: string | undefined
  /** What Apple or the checks complain about; it stopped nothing. */
  readonly warnings: readonly string[]
}

/** Nothing done yet. */
const NOTHING_DEPLOYED: DeployResult = {
  appId: undefined,
  bundleId: undefined,
  version: undefined,
  buildNumber: undefined,
  uploadId: undefined,
  buildId: undefined,
  testflightUrl: undefined,
  uploadedBy: undefined,
  parts: undefined,
  testflight: [],
  pageWrites: undefined,
  pageVersion: undefined,
  pageLeft: undefined,
  submissionId: undefined,
  warnings: [],
}

/** What a run has done so far, also one that then fails. Requests of Apple's tools are not counted. */
export interface Meter extends RequestMeter {
  /** The upload that is under way, until the build is up. Its parts are undefined until one is known to be at Apple. */
  upload?: { readonly uploadId: string; readonly parts: PartCounts | undefined }
  done: DeployResult
  /** Changes in TestFlight so far. The result has them as lines, with addresses of testers. */
  readonly testflight: TestFlightChange[]
  /** Changes on the way to App Review so far. */
  readonly review: ReviewChange[]
}

/** Nothing done, and no way to Apple. */
export function newMeter(): Meter {
  return { done: NOTHING_DEPLOYED, testflight: [], review: [] }
}

/** Keeps what has just been done. */
export function noteDone(meter: Meter, done: Partial<DeployResult>): void {
  meter.done = { ...meter.done, ...done }
}

/** Keeps how far an upload is. */
export function noteUpload(meter: Meter, event: UploadEvent): void {
  if (event.kind === 'reserved' || event.kind === 'resumed')
    meter.upload = { uploadId: event.uploadId, parts: undefined }
  if (event.kind === 'sent' && meter.upload) meter.upload = { ...meter.upload, parts: event.parts }
}

/** Keeps what the store page and its review tell of, when it is done. */
export function notePage(meter: Meter): PageListeners {
  return {
    onWritten: ({ version, writes }) => noteDone(meter, { pageVersion: version, pageWrites: writes }),
    onReviewChange: (change) => meter.review.push(change),
  }
}
