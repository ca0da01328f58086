import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeIpa } from '../packages/delivery/test/make-ipa.ts'
import {
  bundleUploader,
  type ProcessUpload,
  runUpload,
  type UploadOrder,
} from '../packages/delivery/test/run-upload.ts'
import { bundleCopier, runCopy } from './upload/run-copy.ts'
import { startApart } from './upload/start-apart.ts'

/** What `bench upload` measures; the names are relied on by other tools. */
export type UploadMetrics = {
  /** Our rate ÷ that of the copy, best rounds of both. */
  readonly ratio: number
  /** Highest memory of the process that uploads. */
  readonly rssMB: number
  readonly sizeMB: number
  /** Parts that a run which goes on after a kill did not send again, and those of the file. */
  readonly resumedParts: number
  readonly parts: number
  readonly uploadMBs: number
  readonly copyMBs: number
}

const PART_BYTES = 5 * 1024 * 1024

/**
 * Flags: `--size 1000` in MB, `--rounds 3`. Uploads an .ipa to the simulator, and copies the same file over loopback in parts of the same
 * size; in both, sender and receiver are processes of their own, compute MD5 of every part, and the receiver keeps the bytes in a file.
 */
export async function run(flags: readonly string[] = []): Promise<UploadMetrics> {
  const { values } = parseArgs({
    args: [...flags],
    options: { size: { type: 'string', default: '1000' }, rounds: { type: 'string', default: '3' } },
  })
  const folder = mkdtempSync(join(tmpdir(), 'cordon-bench-upload-'))
  const apple = await startApart('simulator-process.ts', folder)
  const copier = await startApart('copy-server.ts', folder)
  try {
    const payloadBytes = Number(values.size) * 1_000_000
    const [uploader, program] = [await bundleUploader(folder), await bundleCopier(folder)]
    const orderFor = async (number: number): Promise<UploadOrder> => ({
      ...(apple.told as Omit<UploadOrder, 'path' | 'stateFolder'>),
      path: await makeIpa(join(folder, `${number}.ipa`), { buildNumber: String(number), payloadBytes }),
      stateFolder: join(folder, 'state'),
    })
    const uploads: ProcessUpload[] = []
    const copies: number[] = []
    let bytes = 0
    for (let round = 1; round <= Number(values.rounds); round += 1) {
      const order = await orderFor(round)
      bytes = statSync(order.path).size
      copies.push(await runCopy(program, { path: order.path, url: String(copier.told.url), partBytes: PART_BYTES }))
      uploads.push(ended(await runUpload(uploader, order)))
      rmSync(order.path)
    }
    const order = await orderFor(Number(values.rounds) + 1)
    await runUpload(uploader, order, payloadBytes / 2)
    const resumed = ended(await runUpload(uploader, order))
    const rateOf = (ms: number) => bytes / 1_000 / ms
    const [uploadMBs, copyMBs] = [rateOf(Math.min(...uploads.map(({ ms }) => ms))), rateOf(Math.min(...copies))]
    return {
      ratio: Math.round((uploadMBs / copyMBs) * 100) / 100,
      rssMB: Math.round(Math.max(resumed.rssMB, ...uploads.map(({ rssMB }) => rssMB))),
      sizeMB: Math.round(bytes / 1_000_000),
      resumedParts: resumed.partsFound,
      parts: Math.ceil(bytes / PART_BYTES),
      uploadMBs: Math.round(uploadMBs),
      copyMBs: Math.round(copyMBs),
    }
  } finally {
    apple.stop()
    copier.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function ended(upload: ProcessUpload | undefined): ProcessUpload {
  if (upload === undefined) throw new Error('the upload did not end')
  return upload
}
