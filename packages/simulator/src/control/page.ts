import { readFileSync } from 'node:fs'
import type { Answer } from '../http/service.ts'

/** The files of the page: what it asks for, and how each is sent. */
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/parts.js': ['parts.js', 'text/javascript; charset=utf-8'],
  '/accounts.js': ['accounts.js', 'text/javascript; charset=utf-8'],
  '/mark.svg': ['mark.svg', 'image/svg+xml'],
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** A file of the page for people; `undefined` when the path is none. */
export function pageFile(method: string, path: string): Answer | undefined {
  const [file, type] = (method === 'GET' ? FILES[path] : undefined) ?? []
  if (file === undefined || type === undefined) return undefined
  return {
    status: 200,
    headers: {
      'Content-Type': type,
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    },
    body: readFileSync(new URL(`./page/${file}`, import.meta.url)),
  }
}
