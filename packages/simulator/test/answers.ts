import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Observed } from '../src/http/observed.ts'
import { ANSWERS_FOLDER } from './answers-folder.ts'

// The name, and not the module that has it: test files without a simulator do not load one.
const CHANNEL = 'cordon:simulator:answer'
const BUFFERED = 200
// Contents of certificates and profiles: only that they are texts is judged.
const LONG = 300

const folder = process.env[ANSWERS_FOLDER]
const waiting: string[] = []

/** Where an answer stands in Apple's document; `undefined` when it has no place there. Apps are made with cookies only. */
function documentedPath({ service, method, path }: Observed): string | undefined {
  if (service === 'app-store-connect' || service === 'enterprise') return path
  const isIris = service === 'app-store-connect-web' && path.startsWith('/iris/v1/')
  return isIris && `${method} ${path}` !== 'POST /iris/v1/apps' ? path.slice('/iris'.length) : undefined
}

function flush(): void {
  if (folder === undefined || waiting.length === 0) return
  appendFileSync(join(folder, `${process.pid}.jsonl`), `${waiting.splice(0).join('\n')}\n`)
}

function shorten(_name: string, value: unknown): unknown {
  return typeof value === 'string' && value.length > LONG ? value.slice(0, LONG) : value
}

if (folder !== undefined) {
  subscribe(CHANNEL, (message) => {
    const { method, status, body, isInjected } = message as Observed
    const path = documentedPath(message as Observed)
    if (isInjected || path === undefined) return
    waiting.push(JSON.stringify({ method, path, status, body }, shorten))
    if (waiting.length >= BUFFERED) flush()
  })
  afterAll(flush)
}
