import type { Service } from '../../http/service.ts'
import { htmlAnswer } from '../web/html.ts'
import { createWebService, type WebRoute } from '../web/service.ts'
import { readContractMessages, readSession, requestProviderSwitch, selectProvider, unauthenticated } from './session.ts'
import { logOut, readConfig, refuseConfig } from './widget-key.ts'

const OLYMPUS = '/olympus/v1'

function route(operation: string, methods: readonly string[], path: string, answer: WebRoute['answer']): WebRoute {
  return { operation: `olympus_${operation}`, methods, path, answer }
}

const ROUTES: readonly WebRoute[] = [
  route('logOut', ['GET', 'HEAD'], '/logout', logOut),
  route('readConfig', ['GET'], `${OLYMPUS}/app/config`, readConfig),
  route('readConfigV2', ['GET'], '/olympus/v2/app/config', refuseConfig),
  route('readSession', ['GET'], `${OLYMPUS}/session`, readSession),
  route('selectProvider', ['POST'], `${OLYMPUS}/session`, selectProvider),
  route('requestProviderSwitch', ['POST'], `${OLYMPUS}/providerSwitchRequests`, requestProviderSwitch),
  route('readContractMessages', ['GET'], `${OLYMPUS}/contractMessages`, readContractMessages),
]

function faultBody(status: number, code: string | undefined, detail: string | undefined): unknown {
  if (status === 401 && code === undefined) return unauthenticated().body
  const title = 'An unexpected error occurred.'
  return { errors: [{ status: String(status), code: code ?? 'UNEXPECTED_ERROR', title, detail: detail ?? title }] }
}

/** `appstoreconnect.apple.com` for browsers: the widget key, the session, providers. */
export function createAppStoreConnectWeb(): Service {
  return createWebService({
    name: 'app-store-connect-web',
    prefix: '/appstoreconnect',
    routes: ROUTES,
    notFound: htmlAnswer(404, '404 Not Found'),
    faultBody,
  })
}
