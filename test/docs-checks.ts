import { dirname, join } from 'node:path'
import type { Command, Option } from 'commander'

/** Texts of pages by their path from the project root. */
export type Pages = ReadonlyMap<string, string>

const EXPLANATION = '## Why it happens'
const FENCE = /^```([\w-]*)[^\n]*\n([\s\S]*?)^```[ \t]*$/gm

/** What a page of an error says under "Why it happens"; empty when it says nothing. */
export function explanationIn(page: string): string {
  const after = page.split(`${EXPLANATION}\n`)[1] ?? ''
  return (after.split(/^## /m)[0] ?? '').trim()
}

/** Codes without a page, pages without a code, and pages that do not explain. `pages` by code. */
export function errorPageProblems(codes: readonly string[], pages: Pages): string[] {
  const missing = codes.filter((code) => !pages.has(code)).map((code) => `${code}: no page`)
  const strange = [...pages.keys()].filter((code) => !codes.includes(code)).map((code) => `${code}: no such error`)
  const silent = [...pages].filter(([, page]) => explanationIn(page) === '').map(([code]) => `${code}: no explanation`)
  return [...missing, ...strange, ...silent]
}

/** Links and images of the pages that lead to no file. `exists` takes a path from the project root. */
export function deadLinks(pages: Pages, exists: (path: string) => boolean): string[] {
  return [...pages].flatMap(([path, text]) =>
    relativeLinksIn(text)
      .filter((target) => !exists(join(dirname(path), target)))
      .map((target) => `${path}: ${target}`),
  )
}

function relativeLinksIn(text: string): string[] {
  const prose = text.replace(FENCE, '').replace(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(<?([^)>\s]+)>?(?:\s+"[^"]*")?\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target))
    .map((target) => decodeURI(target.split('#')[0] ?? ''))
    .filter((target) => target !== '')
}

const NAMED_PATH = /`((?:apps|packages|test|scripts|bench|examples|docs|deploy)\/[\w./-]+)`/g

/** Files and folders of the project that the pages name as code and that do not exist. */
export function unknownPaths(pages: Pages, exists: (path: string) => boolean): string[] {
  return [...pages].flatMap(([page, text]) =>
    [...text.matchAll(NAMED_PATH)]
      .map((match) => match[1] ?? '')
      .filter((path) => !exists(path))
      .map((path) => `${page}: ${path}`),
  )
}

/** npm scripts that a text mentions and that do not exist. */
export function unknownScripts(text: string, scripts: readonly string[]): string[] {
  const named = [...text.matchAll(/\bnpm run (?:-\S+ )*([\w:-]*\w)/g)].map((match) => match[1] ?? '')
  const short = [...text.matchAll(/\bnpm (test|start)\b/g)].map((match) => match[1] ?? '')
  return [...new Set([...named, ...short])].filter((name) => !scripts.includes(name))
}

/** Lines of `cordon` in the shell blocks of a text that name a command, an option or a choice that does not exist. */
export function wrongCommandLines(text: string, program: Command): string[] {
  return commandLinesIn(text).flatMap((line) => {
    const problem = problemOf(wordsOf(line), program)
    return problem === undefined ? [] : [`${line}: ${problem}`]
  })
}

const START = /^(?:\$ )?(?:[A-Za-z_]\w*=\S*\s+)*(?:cordon|npm run (?:-\S+ )*cordon --)(?:\s|$)/

/** Command lines of `cordon` in the blocks marked `sh`, without what stands before its arguments. */
export function commandLinesIn(text: string): string[] {
  return [...text.matchAll(FENCE)]
    .filter(([, language]) => language === 'sh')
    .flatMap(([, , block = '']) => block.replace(/\\\n\s*/g, '').split(/\n|&&|\|\||[|;]/))
    .map((line) => line.trim())
    .filter((line) => START.test(line))
    .map((line) => `cordon ${line.replace(START, '')}`.trim())
}

/** Words of a shell line; quotes are taken away, and a comment ends it. */
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word)
  const comment = words.findIndex((word) => word.startsWith('#'))
  return words.slice(1, comment < 0 ? undefined : comment).map((word) => word.replace(/["']/g, ''))
}

function problemOf(words: readonly string[], command: Command): string | undefined {
  const [word, ...rest] = words
  if (word === undefined) return command.commands.length > 0 ? `"${command.name()}" needs a sub-command` : undefined
  if (word === '--') return undefined
  if (word.startsWith('-')) return problemOfOption(word, rest, command)
  if (command.commands.length === 0) return takesTheRest(command) ? undefined : problemOf(rest, command)
  const child = command.commands.find((one) => one.name() === word || one.aliases().includes(word))
  return child === undefined ? `"${command.name()}" has no sub-command "${word}"` : problemOf(rest, child)
}

/** Options that ask for nothing else. */
const ENDS_THE_LINE = new Set(['--help', '-h', '--version'])

function problemOfOption(word: string, rest: readonly string[], command: Command): string | undefined {
  const [name = '', inline] = word.split('=', 2)
  if (ENDS_THE_LINE.has(name)) return undefined
  const option = optionsOf(command).find(({ short, long }) => short === name || long === name)
  if (option === undefined) return `"${command.name()}" has no option "${name}"`
  if (!option.required && !option.optional) return problemOf(rest, command)
  const value = inline ?? rest[0]
  if (value === undefined) return `"${name}" needs a value`
  const choices = option.argChoices
  if (choices !== undefined && !choices.includes(value)) return `"${name}" does not take "${value}"`
  return problemOf(inline === undefined ? rest.slice(1) : rest, command)
}

function optionsOf(command: Command): readonly Option[] {
  return [...command.options, ...(command.parent ? optionsOf(command.parent) : [])]
}

/** The arguments of such a command belong to the program that it starts. */
function takesTheRest(command: Command): boolean {
  return command.registeredArguments.some((argument) => argument.variadic)
}
