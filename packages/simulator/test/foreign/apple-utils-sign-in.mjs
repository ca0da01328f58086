// Run in a terminal of its own: the client asks for codes only there. Reads a job from a file, and writes what it saw to another.
import { readFileSync, writeFileSync } from 'node:fs'
import appleUtils from '@expo/apple-utils'

const { Auth, Session, CookieFileCache } = appleUtils
const [, , jobFile, seenFile] = process.argv
const { credentials, cookies, switchTo } = JSON.parse(readFileSync(jobFile, 'utf8'))

async function signIn() {
  if (cookies !== undefined) return await Auth.loginWithCookiesAsync({ cookies })
  return await Auth.loginAsync(credentials)
}

const seen = {}
try {
  const state = await signIn()
  seen.state = state && { username: state.username, teamId: state.context.teamId, providerId: state.context.providerId }
  if (switchTo !== undefined) seen.switchedTo = (await Session.setSessionProviderIdAsync(switchTo)).provider.providerId
  seen.cookies = CookieFileCache.getCookiesJSON()
} catch (error) {
  seen.error = error.message
}
writeFileSync(seenFile, JSON.stringify(seen))
