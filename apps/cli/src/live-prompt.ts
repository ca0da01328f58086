import { emitKeypressEvents, type Key } from 'node:readline'
import type { ReadStream, WriteStream } from 'node:tty'

const EVERY_MS = 1_000
const MAX_LENGTH = 200
const CLEAR_LINE = '\r\u001b[K'

/** Typed on a line so far, and what came of the last key. */
export interface Typed {
  readonly text: string
  readonly state: 'typing' | 'done' | 'left'
}

/** One key more. Enter ends the line; Ctrl-C, Ctrl-D and Escape leave it. */
export function typeKey({ text }: Typed, character: string | undefined, key: Pick<Key, 'name' | 'ctrl'>): Typed {
  if (key.name === 'return' || key.name === 'enter') return { text, state: 'done' }
  if (key.name === 'escape' || (key.ctrl === true && (key.name === 'c' || key.name === 'd'))) {
    return { text, state: 'left' }
  }
  if (key.name === 'backspace') return { text: [...text].slice(0, -1).join(''), state: 'typing' }
  if (key.ctrl === true && key.name === 'u') return { text: '', state: 'typing' }
  const isPlain = character !== undefined && /^[\x20-\x7e]+$/.test(character)
  return { text: isPlain ? (text + character).slice(0, MAX_LENGTH) : text, state: 'typing' }
}

/** What is shown of it: words as they are, a code as dots, because terminals are recorded. */
export function shown(text: string): string {
  return /^[\d -]*$/.test(text) ? text.replace(/\d/g, '•') : text
}

/** Asks for a line on a terminal; the question is asked for anew each second. Undefined when the person left. */
export function askLive(input: ReadStream, output: WriteStream, question: () => string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let typed: Typed = { text: '', state: 'typing' }
    const draw = () => output.write(`${CLEAR_LINE}${question()}${shown(typed.text)}`)
    const timer = setInterval(draw, EVERY_MS)
    const hear = (character: string | undefined, key: Key) => {
      typed = typeKey(typed, character, key)
      draw()
      if (typed.state !== 'typing') end()
    }
    const end = () => {
      clearInterval(timer)
      input.off('keypress', hear)
      input.setRawMode(false)
      input.pause()
      output.write('\n')
      resolve(typed.state === 'done' ? typed.text : undefined)
    }
    emitKeypressEvents(input)
    input.setRawMode(true)
    input.on('keypress', hear)
    input.resume()
    draw()
  })
}
