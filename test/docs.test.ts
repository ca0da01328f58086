import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createProgram } from '@cordon/cli/cli'
import { expect, test } from 'vitest'
import { catalogueRows } from '../scripts/generators/catalogues.ts'
import {
  commandLinesIn,
  deadLinks,
  errorPageProblems,
  explanationIn,
  type Pages,
  unknownPaths,
  unknownScripts,
  wrongCommandLines,
} from './docs-checks.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const codes = catalogueRows().map(({ code }) => code)
const errorPages = readErrorPages()
const pages = readPages()
const program = await cordonCommand()
const scripts = Object.keys(JSON.parse(read('package.json')).scripts)

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

function readErrorPages(): Pages {
  const names = readdirSync(join(root, 'docs/errors')).filter((name) => name !== 'README.md')
  return new Map(names.map((name) => [name.replace(/\.md$/, ''), read(`docs/errors/${name}`)]))
}

function readPages(): Pages {
  const below = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  const docs = below.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)
  const paths = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...docs]
  return new Map(paths.map((path) => [path, read(path)]))
}

function cordonCommand() {
  const silent = async () => ''
  const terminal = {
    out: () => {},
    err: () => {},
    isOneLog: false,
    isInteractive: false,
    readStdin: silent,
    askText: silent,
    askSecret: silent,
    confirm: async () => false,
    canAskCode: false,
    askCode: silent,
  }
  const folders = { workingFolder: '/', homeFolder: '/', configFolder: '/' }
  return createProgram({ environment: { variables: {}, platform: 'linux', ...folders }, terminal, fetch })
}

function exists(path: string): boolean {
  return existsSync(join(root, path))
}

test('every error has a page that explains it, and every page an error', () => {
  expect(codes.length).toBeGreaterThan(100)
  expect(errorPageProblems(codes, errorPages)).toEqual([])
})

test('an error without page, a page without error and a page that does not explain are found', () => {
  const empty = '# a.silent\n\n## Why it happens\n\n## Good to know\n\nSomething else.\n'
  const good = '# a.good\n\n## Why it happens\n\nBecause.\n'
  const found = errorPageProblems(
    ['a.good', 'a.missing', 'a.silent'],
    new Map([
      ['a.good', good],
      ['a.silent', empty],
      ['a.gone', good],
      ['a.bare', '# a.bare\n'],
    ]),
  )
  expect(found).toEqual([
    'a.missing: no page',
    'a.gone: no such error',
    'a.bare: no such error',
    'a.silent: no explanation',
    'a.bare: no explanation',
  ])
  expect(explanationIn(good)).toBe('Because.')
})

test('every relative link and image of the documentation leads to a file', () => {
  expect(pages.size).toBeGreaterThan(100)
  expect(deadLinks(pages, exists)).toEqual([])
})

test('a link and an image that lead nowhere are found; web addresses, anchors and code are left alone', () => {
  const text = [
    '[good](../b.md#part) ![gone](images/gone.png) [dead](gone.md#part) [dead title](other.md "Title")',
    '[web](https://example.com/x.md) [mail](mailto:a@example.com) [here](#part) `[code](code.md)`',
    '```json\n[fenced](fenced.md)\n```',
  ].join('\n')
  const found = deadLinks(new Map([['docs/a.md', text]]), (path) => path === 'b.md')
  expect(found).toEqual(['docs/a.md: images/gone.png', 'docs/a.md: gone.md', 'docs/a.md: other.md'])
})

test('every file and folder of the project that the documentation names exists', () => {
  expect(pages.get('docs/threat-model.md')).toContain('`apps/server/test/access.test.ts`')
  expect(unknownPaths(pages, exists)).toEqual([])
})

test('a named file that does not exist is found', () => {
  const text = 'Held by `packages/core` and `apps/server/test/gone.test.ts`; see `cordon app list` and `some/other`.'
  const found = unknownPaths(new Map([['a.md', text]]), (path) => path === 'packages/core')
  expect(found).toEqual(['a.md: apps/server/test/gone.test.ts'])
})

test('every npm script that the documentation names exists', () => {
  const unknown = [...pages].flatMap(([path, text]) => unknownScripts(text, scripts).map((name) => `${path}: ${name}`))
  expect([...pages.values()].join('\n')).toContain('npm run demo')
  expect(unknown).toEqual([])
})

test('an npm script that does not exist is found', () => {
  const text =
    '`npm run check`, `npm run test:long`. Run npm run chekc, npm run --silent gone -- --x, npm test or npm start.'
  expect(unknownScripts(text, ['check', 'test'])).toEqual(['test:long', 'chekc', 'gone', 'start'])
})

test('every cordon command line of the documentation names commands, options and choices that exist', () => {
  const wrong = [...pages].flatMap(([path, text]) => wrongCommandLines(text, program).map((line) => `${path}: ${line}`))
  expect([...pages.values()].flatMap(commandLinesIn).length).toBeGreaterThan(10)
  expect(wrong).toEqual([])
})

test.each([
  ['cordon app destroy NAME', '"app" has no sub-command "destroy"'],
  ['cordon frobnicate', '"cordon" has no sub-command "frobnicate"'],
  ['cordon app', '"app" needs a sub-command'],
  ['cordon login --sever http://127.0.0.1:7420', '"login" has no option "--sever"'],
  ['cordon app invite "Acme Reader" --role owner', '"--role" does not take "owner"'],
  ['cordon build list --app', '"--app" needs a value'],
])('a wrong command line is found: %s', (line, problem) => {
  expect(wrongCommandLines(`\`\`\`sh\n${line}\n\`\`\`\n`, program)).toEqual([`${line}: ${problem}`])
})

test.each([
  'cordon run --app "Acme Reader" -- sh -c "build --fast"',
  'cordon run sh ci/build.sh --not-ours',
  'cordon app authorize NAME conn_1 --json  # comment --x',
  'cordon connection add api-key --name=Acme \\\n  --key-file AuthKey.p8',
])('a right command line passes: %s', (line) => {
  expect(wrongCommandLines(`\`\`\`sh\n${line}\n\`\`\`\n`, program)).toEqual([])
})

test('command lines are found behind variables, other commands and npm, and in shell blocks only', () => {
  const text =
    '```sh\nCORDON_TOKEN=x cordon whoami\ncd app && cordon app list\n$ npm run --silent cordon -- device list\n```\n```text\ncordon no\n```\n'
  expect(commandLinesIn(text)).toEqual(['cordon whoami', 'cordon app list', 'cordon device list'])
})
