import { appleSignInRoutes } from '@cordon/api/apple-sign-ins/routes'
import { toIso } from '@cordon/core/instant'
import { secret } from '@cordon/core/secret'
import type { Server } from '../../platform/http/serve.ts'
import type { AppleSignIn } from './service.ts'

/** Serves sign-ins to Apple. Passwords and codes become secrets here, at the edge. */
export function serveAppleSignIns(server: Server, { signIns, handOffs }: AppleSignIn): void {
  server.serve(appleSignInRoutes.start, ({ body: { name, accountName, password, appSpecificPassword }, ...by }) =>
    signIns.start(
      { name, accountName, password: secret(password), appSpecificPassword: optional(appSpecificPassword) },
      by,
    ),
  )
  server.serve(appleSignInRoutes.again, ({ params, body, ...by }) =>
    signIns.again(params.connectionId, optional(body.password), by),
  )
  server.serve(appleSignInRoutes.list, (call) => signIns.list(call.query, call))
  server.serve(appleSignInRoutes.read, (call) => signIns.read(call.params.signInId, call))
  server.serve(appleSignInRoutes.sendCode, ({ params, body, ...by }) => signIns.sendCode(params.signInId, body.way, by))
  server.serve(appleSignInRoutes.code, ({ params, body: { way, code }, ...by }) =>
    signIns.code(params.signInId, { way, code: secret(code) }, by),
  )
  server.serve(appleSignInRoutes.cancel, (call) => signIns.cancel(call.params.signInId, call))
  server.serve(appleSignInRoutes.handOff, async (call) => {
    const { link, expiresAt } = await handOffs.make(call.params.signInId, call)
    return { link: link.reveal(), expiresAt: toIso(expiresAt) }
  })
  serveHandOffs(server, handOffs)
}

function serveHandOffs(server: Server, handOffs: AppleSignIn['handOffs']): void {
  server.serve(appleSignInRoutes.openHandOff, ({ body, ...by }) => handOffs.open(body.token, by))
  server.serve(appleSignInRoutes.handOffSendCode, ({ body, ...by }) => handOffs.sendCode(body.token, body.way, by))
  server.serve(appleSignInRoutes.handOffCode, ({ body: { token, way, code }, ...by }) =>
    handOffs.code(token, { way, code: secret(code) }, by),
  )
}

function optional(text: string | undefined) {
  return text === undefined ? undefined : secret(text)
}
