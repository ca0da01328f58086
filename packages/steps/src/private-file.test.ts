import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exportOutputs } from './export-outputs.ts'
import { outputFileInput } from './inputs.ts'
import { writePrivately } from './private-file.ts'
import type { StepContext } from './step.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-private-'))
  path = join(folder, 'out.env')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const context = { variables: {} } as StepContext
const modeOf = (file: string) => lstatSync(file).mode & 0o777

describe.each([
  ['writePrivately', () => writePrivately(path, Buffer.from('NAME=value\n'))],
  ['the output file of a step', () => exportOutputs({ NAME: 'value' }, context, path)],
])('%s', (_, write) => {
  test('is for its owner alone, in a folder that is made if need be', async () => {
    path = join(folder, 'new/out.env')
    await write()
    expect([modeOf(path), modeOf(join(folder, 'new'))]).toEqual([0o600, 0o700])
    expect(readFileSync(path, 'utf8')).toBe('NAME=value\n')
    expect(readdirSync(join(folder, 'new'))).toEqual(['out.env'])
  })

  test('takes the place of a file that others could read', async () => {
    writeFileSync(path, 'before')
    chmodSync(path, 0o666)
    await write()
    expect(modeOf(path)).toBe(0o600)
    expect(readFileSync(path, 'utf8')).toBe('NAME=value\n')
  })

  test('does not follow a link', async () => {
    const elsewhere = join(folder, 'elsewhere')
    writeFileSync(elsewhere, 'mine')
    symlinkSync(elsewhere, path)
    await write()
    expect(readFileSync(elsewhere, 'utf8')).toBe('mine')
    expect(lstatSync(path).isFile()).toBe(true)
  })

  test('that cannot be written is told by name, and nothing unfinished stays', async () => {
    mkdirSync(path)
    writeFileSync(join(path, 'something'), '')
    await expect(write()).rejects.toMatchObject({ code: 'step.output_unwritable', details: { path } })
    expect(readdirSync(folder)).toEqual(['out.env'])
  })
})

describe('the input output_file', () => {
  const read = (value: string) => outputFileInput({ output_file: value }, folder)

  test('is a path from the working folder, of a file or of nothing yet', () => {
    writeFileSync(path, 'before')
    expect([read('out.env'), read('new/out.env'), read('')]).toEqual([path, join(folder, 'new/out.env'), ''])
  })

  test('is not below a file', () => {
    writeFileSync(path, 'before')
    expect(() => read('out.env/deeper')).toThrow(expect.objectContaining({ code: 'step.input_invalid' }))
  })

  test('is nothing else: what is there would be replaced', () => {
    symlinkSync(path, join(folder, 'link'))
    for (const value of ['/dev/stdout', '/dev/null', '.', 'link'])
      expect(() => read(value), value).toThrow(expect.objectContaining({ code: 'step.input_invalid' }))
  })
})
