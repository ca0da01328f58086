import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type StepReport, stepReport } from '@cordon/api/builds/schema'
import { newId } from '@cordon/core/ids'
import { instant } from '@cordon/core/instant'

/** A build server that keeps what steps say of what they did. */
export interface ReportServer {
  /** Inputs that lead to it. */
  readonly build: { readonly build_url: string; readonly build_api_token: string }
  readonly reports: StepReport[]
  /** Where it leads reports on to; empty: it takes them. */
  leadsTo: string
  close(): void
}

/** `answer` is the connection that a build gets, by the query of its request; without it there is none. */
export async function openReportServer(answer?: (query: string) => string | Buffer): Promise<ReportServer> {
  const server = createServer(async (request, response) => {
    if (request.method === 'GET' && answer !== undefined)
      return void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(answer(/\?.*$/.exec(request.url ?? '')?.[0] ?? ''))
    if (opened.leadsTo !== '' && request.url !== opened.leadsTo)
      return void response.writeHead(307, { location: opened.leadsTo }).end()
    if (request.method === 'POST' && request.headers.build_api_token === 'token')
      opened.reports.push(stepReport.parse(JSON.parse(await text(request))))
    response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const build_url = `http://127.0.0.1:${port}/build/${newId('build', instant(Date.now()), randomBytes)}`
  const opened: ReportServer = {
    ...{ build: { build_url, build_api_token: 'token' }, reports: [], leadsTo: '' },
    close: () => void server.close(),
  }
  return opened
}
