import type { Answer } from '../../http/service.ts'

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** A text as it may stand in HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (found) => ESCAPES[found] ?? found)
}

/** An answer with a page. */
export function htmlAnswer(status: number, title: string, inside = ''): Answer {
  const page = `<!DOCTYPE html>\n<html><head><title>${escapeHtml(title)}</title></head><body>${inside}</body></html>\n`
  return { status, headers: { 'Content-Type': 'text/html;charset=UTF-8' }, body: Buffer.from(page) }
}
