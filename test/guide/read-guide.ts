import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const GUIDE = fileURLToPath(new URL('../../docs/guides/connecting-your-apple-developer-account.md', import.meta.url))

/** A chapter of the guide, and what a reader types in it. */
export interface Chapter {
  readonly title: string
  /** Lines of its shell blocks, a block each. */
  readonly blocks: readonly (readonly string[])[]
}

/** The chapters of the guide *Connecting your Apple Developer account*, in its order. */
export function readGuide(text = readFileSync(GUIDE, 'utf8')): readonly Chapter[] {
  const [, ...parts] = text.split(/^## /m)
  return parts.map((part) => ({ title: part.slice(0, part.indexOf('\n')), blocks: blocksIn(part) }))
}

function blocksIn(part: string): readonly (readonly string[])[] {
  return [...part.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block.trim().split('\n'))
}

/** Every line that a reader types. */
export function linesOf({ blocks }: Chapter): readonly string[] {
  return blocks.flat()
}
