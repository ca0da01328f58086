import { createReadStream } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SECOND_MS } from '@cordon/core/instant'
import { isOfThisMachine, isSafeAddress } from './safe-address.ts'
import type { StepContext } from './step.ts'

const DOWNLOAD_TIMEOUT_MS = 60 * SECOND_MS
/** Waits before the second and the third try. */
const WAITS_MS = [2 * SECOND_MS, 5 * SECOND_MS]

/** Redirects that are followed at most. */
const MOST_REDIRECTS = 5

/**
 * Reads a small file by path, `file://` or `https://` address. Rejects what is larger than `maxBytes`, of which no more is read, and an
 * address that leads on to one without encryption, or from another machine to this one.
 */
export async function fetchFile(location: string, maxBytes: number, context: StepContext): Promise<Uint8Array> {
  if (isWebAddress(location)) return readAtMost(maxBytes, (await download(location, context)).body ?? [])
  return readAtMost(maxBytes, createReadStream(localPath(location, context), { end: maxBytes }))
}

/** Says whether a location is fetched over the network. Such an address may itself open the file to whoever has it. */
export function isWebAddress(location: string): boolean {
  return /^https?:\/\//i.test(location)
}

/** The path that a location names: absolute, from the working folder, or a `file://` address. */
export function localPath(location: string, { workingFolder }: Pick<StepContext, 'workingFolder'>): string {
  if (location.startsWith('file://')) return fileURLToPath(location)
  return isAbsolute(location) ? location : resolve(workingFolder, location)
}

async function download(url: string, context: StepContext): Promise<Response> {
  for (const waitMs of WAITS_MS) {
    const response = await ask(url, context).catch(() => undefined)
    if (response?.ok === true) return response
    if (response !== undefined && response.status !== 429 && response.status < 500) throw refused(response)
    await context.sleep(waitMs)
  }
  const response = await ask(url, context)
  if (!response.ok) throw refused(response)
  return response
}

function refused({ status }: Response): Error {
  return new Error(`HTTP ${status}`)
}

/** Asks, and goes where the answer leads. A redirect that must not be followed stands as the answer. */
async function ask(url: string, { fetch }: StepContext): Promise<Response> {
  const signal = AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)
  let response = await fetch(url, { redirect: 'manual', signal })
  for (let followed = 0, at = url; followed < MOST_REDIRECTS; followed += 1) {
    const next = leadsTo(response, at)
    if (next === undefined) break
    await response.body?.cancel()
    response = await fetch(next, { redirect: 'manual', signal })
    at = next
  }
  if (!response.ok) await response.body?.cancel()
  return response
}

function leadsTo({ status, headers }: Response, from: string): string | undefined {
  const location = headers.get('location')
  if (![301, 302, 303, 307, 308].includes(status) || location === null || !URL.canParse(location, from))
    return undefined
  const { href } = new URL(location, from)
  const isSafe = isSafeAddress(href) && (isOfThisMachine(from) || !isOfThisMachine(href))
  return isSafe ? href : undefined
}

async function readAtMost(maxBytes: number, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  const read: Uint8Array[] = []
  let length = 0
  for await (const piece of pieces) {
    length += piece.length
    if (length > maxBytes) throw new RangeError(`larger than ${maxBytes} bytes`)
    read.push(piece)
  }
  return new Uint8Array(Buffer.concat(read))
}
