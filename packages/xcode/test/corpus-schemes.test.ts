import { basename, dirname, join, relative } from 'node:path'
import { isCordonError } from '@cordon/core/errors'
import { expect, it } from 'vitest'
import { analyseProject } from '../src/analyse.ts'
import { CORPUS, corpusFiles } from './corpus.ts'

const SCHEMES = corpusFiles('.xcscheme')

/** What a person would open to see the scheme: its project or workspace, or the folder of its Swift package. */
function openedFor(schemeFile: string): string {
  const [home = schemeFile] = schemeFile.split(/\/xcshareddata\/|\/xcuserdata\//)
  return home.endsWith('/.swiftpm/xcode') ? dirname(dirname(home)) : home
}

/** The number of signed targets, or the code of the reason. */
function outcomeOf(schemeFile: string): number | string {
  const root = join(CORPUS, relative(CORPUS, schemeFile).split('/')[0] ?? '')
  try {
    const scheme = basename(schemeFile, '.xcscheme')
    return analyseProject({ path: openedFor(schemeFile), scheme, root }).targets.length
  } catch (error) {
    if (!isCordonError(error)) throw error
    expect(error.detail, schemeFile).toContain(basename(schemeFile, '.xcscheme'))
    return error.code
  }
}

it.runIf(SCHEMES.length > 0)('every scheme that archives an app is analysed, every other ends with its reason', () => {
  const outcomes = SCHEMES.map(outcomeOf)
  const analysed = outcomes.filter((outcome) => typeof outcome === 'number')
  expect(SCHEMES.length).toBe(178)
  expect(analysed.length).toBe(61)
  expect(analysed.every((targets) => targets > 0)).toBe(true)
  expect(new Set(outcomes.filter((outcome) => typeof outcome === 'string'))).toEqual(
    new Set(['xcode.scheme_without_app']),
  )
})
