// @ts-check
// Plain JavaScript: the entry of every npm script uses it before anything is compiled.
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { build, stop } from 'esbuild'

/** Packages with parts that are no JavaScript, or that only look for such; they stay where npm put them. */
const NATIVE = ['@node-rs/argon2', '@photostructure/sqlite', 'pg-native']

// What is bundled from CommonJS asks for Node's own modules by this name.
const REQUIRE =
  "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);"

/**
 * @typedef {object} Bundle
 * @property {string} entry Path of the program's source.
 * @property {string} folder Where the bundle goes; below the project's root if the program uses a native package.
 * @property {Readonly<Record<string, string>>} [threads] Sources that the program starts as threads, by their names beside it.
 * @property {readonly string[]} [assets] Folders that the program reads from, to be copied beside it.
 */

/**
 * Bundles a program with all it uses, so that its process holds no compiler and no source maps. What is loaded only when asked for
 * stays apart. Files are put in place one by one and whole: somebody may start the program meanwhile.
 * @param {Bundle} bundle
 * @returns {Promise<string>} Path of the program.
 */
export async function bundleProgram({ entry, folder, threads = {}, assets = [] }) {
  const name = basename(entry).replace(/\.m?[jt]s$/, '')
  const { outputFiles } = await build({
    entryPoints: { [name]: entry, ...threads },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: NATIVE,
    banner: { js: REQUIRE },
    logLevel: 'error',
  })
  for (const asset of assets) cpSync(asset, join(folder, basename(asset)), { recursive: true })
  // The program last: it must find its parts.
  const program = join(folder, `${name}.mjs`)
  const files = outputFiles.toSorted((a, b) => Number(a.path === program) - Number(b.path === program))
  for (const { path, contents } of files) putInPlace(path, contents)
  removeOld(folder, new Set(files.map(({ path }) => path)))
  return program
}

/** Ends the bundler's own process, which would stay beside a server for as long as that runs. */
export function endBundler() {
  return stop()
}

/**
 * @param {string} path
 * @param {Uint8Array} contents
 */
function putInPlace(path, contents) {
  mkdirSync(dirname(path), { recursive: true })
  const unfinished = `${path}.${process.pid}`
  writeFileSync(unfinished, contents)
  renameSync(unfinished, path)
}

const DAY_MS = 86_400_000

/**
 * Removes parts of earlier bundles, but those of the last day: a program that runs since then may still load them.
 * @param {string} folder
 * @param {ReadonlySet<string>} current
 */
function removeOld(folder, current) {
  const parts = readdirSync(folder)
    .filter((name) => name.includes('.mjs'))
    .map((name) => join(folder, name))
  for (const part of parts)
    if (!current.has(part) && statSync(part).mtimeMs < Date.now() - DAY_MS) rmSync(part, { force: true })
}
