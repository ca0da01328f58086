import { readFile } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SECOND_MS } from '@cordon/core/instant'
import type { StepContext } from './step.ts'

const DOWNLOAD_TIMEOUT_MS = 60 * SECOND_MS
/** Waits before the second and the third try. */
const WAITS_MS = [2 * SECOND_MS, 5 * SECOND_MS]

/** Reads a small file by path, `file://` or `https://` address. Rejects what is larger than `maxBytes`. */
export async function fetchFile(location: string, maxBytes: number, context: StepContext): Promise<Uint8Array> {
  const bytes = await (/^https?:\/\//.test(location)
    ? download(location, context)
    : readFile(localPath(location, context)))
  if (bytes.length > maxBytes) throw new RangeError(`larger than ${maxBytes} bytes`)
  return new Uint8Array(bytes)
}

/** The path that a location names: absolute, from the working folder, or a `file://` address. */
export function localPath(location: string, { workingFolder }: Pick<StepContext, 'workingFolder'>): string {
  if (location.startsWith('file://')) return fileURLToPath(location)
  return isAbsolute(location) ? location : resolve(workingFolder, location)
}

async function download(url: string, context: StepContext): Promise<Uint8Array> {
  for (const waitMs of WAITS_MS) {
    const response = await ask(url, context).catch(() => undefined)
    if (response?.ok === true) return new Uint8Array(await response.arrayBuffer())
    if (response !== undefined && response.status !== 429 && response.status < 500)
      throw new Error(`HTTP ${response.status}`)
    await context.sleep(waitMs)
  }
  const response = await ask(url, context)
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}

function ask(url: string, { fetch }: StepContext): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) })
}
