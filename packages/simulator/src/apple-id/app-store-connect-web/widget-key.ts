import type { Answer } from '../../http/service.ts'
import { setCookie } from '../cookies/write.ts'
import { endSessionsIn } from '../sessions/web-session.ts'
import { htmlAnswer } from '../web/html.ts'
import type { WebCall } from '../web/service.ts'
import { unauthenticated } from './session.ts'

const IDMSA = 'https://idmsa.apple.com/appleauth'

/** Leads to the sign-out, and thereby tells the widget key. A browser that brings its session loses it. */
export function logOut({ world, request }: WebCall): Answer {
  endSessionsIn(world, request.headers.cookie)
  const query = new URLSearchParams({
    widgetKey: world.settings.widgetKey,
    asop: 'destroy-session',
    path: '/logout',
    rv: '1',
  })
  return {
    status: 302,
    headers: {
      Location: `${IDMSA}/signout?${query}`,
      'Set-Cookie': [setCookie({ name: 'dqsid', value: '', maxAgeSeconds: 0 })],
    },
  }
}

/** The former address of the widget key: gone since September 2026. */
export function readConfig({ world }: WebCall): Answer {
  if (!world.settings.widgetKeyInConfig) return htmlAnswer(404, '404 Not Found', '<h1>404 Not Found</h1>')
  return { status: 200, body: { authServiceUrl: IDMSA, authServiceKey: world.settings.widgetKey } }
}

/** Its successor does not tell it to whoever is not signed in. */
export function refuseConfig(): Answer {
  return unauthenticated()
}
