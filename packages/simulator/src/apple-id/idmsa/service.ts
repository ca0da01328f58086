import type { Answer, Service } from '../../http/service.ts'
import { endSessionsIn } from '../sessions/web-session.ts'
import { htmlAnswer } from '../web/html.ts'
import { createWebService, type WebCall, type WebRoute } from '../web/service.ts'
import { checkDeviceCode, checkPhoneCode, checkTwoStepCode } from './check-code.ts'
import { serviceErrors } from './errors.ts'
import { completeRepair } from './repair.ts'
import { readSecondFactor } from './second-factor.ts'
import { pushDeviceCode, sendPhoneCode, sendTwoStepCode } from './send-code.ts'
import { beginPasswordExchange, finishPasswordExchange, readSignInPage, refusePlainSignIn } from './sign-in.ts'
import { trustBrowser } from './trust-browser.ts'

const AUTH = '/appleauth/auth'

/** Where `/logout` leads: ends the session of the browser that follows. */
function signOut({ world, request }: WebCall): Answer {
  endSessionsIn(world, request.headers.cookie)
  return htmlAnswer(200, 'Signed out')
}

function route(
  operation: string,
  method: string,
  path: string,
  answer: WebRoute['answer'],
  logged: readonly string[] = [],
): WebRoute {
  return { operation: `idmsa_${operation}`, methods: [method], path, answer, logged }
}

const ROUTES: readonly WebRoute[] = [
  route('readSignInPage', 'GET', `${AUTH}/signin`, readSignInPage),
  route('plainSignIn', 'POST', `${AUTH}/signin`, refusePlainSignIn),
  route('initSignIn', 'POST', `${AUTH}/signin/init`, beginPasswordExchange, ['accountName', 'protocols']),
  route('completeSignIn', 'POST', `${AUTH}/signin/complete`, finishPasswordExchange, ['accountName', 'rememberMe']),
  route('readSecondFactor', 'GET', AUTH, readSecondFactor),
  route('sendPhoneCode', 'PUT', `${AUTH}/verify/phone`, sendPhoneCode, ['phoneNumber', 'mode']),
  route('pushDeviceCode', 'PUT', `${AUTH}/verify/trusteddevice/securitycode`, pushDeviceCode),
  route('checkDeviceCode', 'POST', `${AUTH}/verify/trusteddevice/securitycode`, checkDeviceCode),
  route('checkPhoneCode', 'POST', `${AUTH}/verify/phone/securitycode`, checkPhoneCode, ['phoneNumber', 'mode']),
  route('sendTwoStepCode', 'PUT', `${AUTH}/verify/device/*/securitycode`, sendTwoStepCode),
  route('checkTwoStepCode', 'POST', `${AUTH}/verify/device/*/securitycode`, checkTwoStepCode),
  route('trustBrowser', 'GET', `${AUTH}/2sv/trust`, trustBrowser),
  route('completeRepair', 'POST', `${AUTH}/repair/complete`, completeRepair),
  route('signOut', 'GET', '/appleauth/signout', signOut),
  // Apple answers 405 to what was once the way to have a code pushed.
  route('retired', 'PUT', `${AUTH}/verify/trusteddevice`, () => ({ status: 405 })),
  route('retired', 'POST', `${AUTH}/verify/trusteddevice`, () => ({ status: 405 })),
]

/** `idmsa.apple.com`: sign-in by password, the second factor, trust. */
export function createIdmsa(): Service {
  return createWebService({
    name: 'idmsa',
    prefix: '/idmsa',
    routes: ROUTES,
    notFound: htmlAnswer(404, '404 Not Found'),
    faultBody: (_status, code, detail) =>
      serviceErrors({ code: code ?? '-1018', message: detail ?? 'An error has occurred. Try again later.' }),
  })
}
