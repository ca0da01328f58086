import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isCordonError } from '@cordon/core/errors'
import { endOf, kindOf, type PbxDocument, startOf } from '@cordon/xcode/pbxproj/document'
import { applySplices } from '@cordon/xcode/pbxproj/edit'
import { parsePbxproj } from '@cordon/xcode/pbxproj/parse'
import { machine } from './machine.ts'

/** What `bench pbxproj` measures; the names are relied on by other tools. */
export type PbxprojMetrics = {
  /** Best of five passes over all well-formed files, in 10⁶ bytes a second. */
  readonly parseMBs: number
  readonly filesParsed: number
  readonly filesIdentical: number
  /** Well-formed files found. */
  readonly filesTotal: number
  /** Best of five passes over the largest file alone. */
  readonly largestFileMBs: number
  /** Peak memory of a fresh process that reads and writes the largest file. */
  readonly largestFileRssMB: number
}

const ROUNDS = 5
const WARM_UP_ROUNDS = 3
const DEFAULT_CORPUS = fileURLToPath(new URL('../../shared/xcode-projects', import.meta.url))

interface Sample {
  readonly path: string
  readonly bytes: Buffer
}

/**
 * Reads every `project.pbxproj` below a folder and measures the parser on the well-formed ones.
 * Flags: `--corpus FOLDER`.
 */
export async function run(flags: readonly string[] = []): Promise<PbxprojMetrics> {
  const { values } = parseArgs({ args: [...flags], options: { corpus: { type: 'string' }, json: { type: 'boolean' } } })
  const corpus = values.corpus ?? DEFAULT_CORPUS
  const all = findProjectFiles(resolve(corpus)).map((path) => ({ path, bytes: readFileSync(path) }))
  const samples = all.filter((sample) => isWellFormed(sample))
  const largest = samples.toSorted((a, b) => b.bytes.length - a.bytes.length)[0]
  if (largest === undefined) throw new Error(`no project.pbxproj below ${corpus}`)
  return {
    parseMBs: bestRate(samples),
    filesParsed: samples.filter(isParsed).length,
    filesIdentical: samples.filter(isIdentical).length,
    filesTotal: samples.length,
    largestFileMBs: bestRate([largest]),
    largestFileRssMB: measureRss(largest.path),
  }
}

function findProjectFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('project.pbxproj'))
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())
    .sort()
}

/** Judged without the parser: the usual first line and last brace, and no conflict marker. */
function isWellFormed({ bytes }: Sample): boolean {
  const text = bytes.toString('latin1')
  return /^(?:\u00ef\u00bb\u00bf)?\/\/ !\$\*UTF8\*\$!/.test(text) && /\}\s*$/.test(text) && !/^<{7} /m.test(text)
}

function isParsed({ path, bytes }: Sample): boolean {
  try {
    parsePbxproj(bytes, path)
    return true
  } catch (error) {
    if (isCordonError(error)) return false
    throw error
  }
}

/** Writes every key and value anew from its span; what stands between them comes from the file. */
function isIdentical({ path, bytes }: Sample): boolean {
  if (!isParsed({ path, bytes })) return false
  const document = parsePbxproj(bytes, path)
  const splices = scalarsOf(document).map((node) => {
    const [start, end] = [startOf(document, node), endOf(document, node)]
    return { start, end, text: bytes.toString('utf8', start, end) }
  })
  return applySplices(document, splices).equals(bytes)
}

function scalarsOf(document: PbxDocument): number[] {
  return Array.from({ length: document.tape.count }, (_, node) => node).filter((node) =>
    ['string', 'data'].includes(kindOf(document, node)),
  )
}

function bestRate(samples: readonly Sample[]): number {
  // The first passes compile the parser rather than run it.
  for (let round = 0; round < WARM_UP_ROUNDS; round++) parseAll(samples)
  const megabytes = samples.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6
  const rates = Array.from({ length: ROUNDS }, () => {
    const start = performance.now()
    parseAll(samples)
    return megabytes / ((performance.now() - start) / 1000)
  })
  return Math.round(Math.max(...rates) * 10) / 10
}

function parseAll(samples: readonly Sample[]): void {
  for (const { bytes, path } of samples) parsePbxproj(bytes, path)
}

function measureRss(path: string): number {
  const child = spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), '--rss-of', path], {
    encoding: 'utf8',
  })
  return Number(child.stdout.trim())
}

function printRss(path: string): void {
  const document = parsePbxproj(readFileSync(path), path)
  applySplices(document, [])
  process.stdout.write(`${Math.round(process.resourceUsage().maxRSS / 1024)}\n`)
}

async function main([first, path, ...rest]: readonly string[]): Promise<void> {
  if (first === '--rss-of' && path !== undefined) return printRss(path)
  const metrics = await run([first, path, ...rest].filter((flag) => flag !== undefined))
  process.stdout.write(`${JSON.stringify({ bench: 'pbxproj', metrics, machine: machine() })}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2))
