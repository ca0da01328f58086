import { expect, test } from 'vitest'
import { appleErrors } from '../src/errors.ts'
import { createPortalClient } from '../src/portal/client.ts'
import { readEnvelope } from '../src/portal/envelope.ts'
import { portalError } from '../src/portal/errors.ts'
import { signedIn, signInRig } from './apple-id-simulator.ts'

function answerOf(status: number, body: string | object, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const document: unknown = typeof body === 'string' ? undefined : body
  return { status, headers: new Headers(headers), body: Buffer.from(text), document, codes: [] }
}

// The signals are those that fastlane spaceship and @expo/apple-utils look for.
test.each([
  [200, { resultCode: 0, teams: [] }, 'done'],
  [200, { resultCode: 1100, resultString: 'Your session has expired. Please log in.' }, 'expired'],
  [200, { resultCode: 9999, userString: 'Your session has expired.' }, 'expired'],
  [401, 'anything', 'expired'],
  [200, { resultCode: 35, userString: 'You must agree to the Program License Agreement.' }, 'agreement-pending'],
  [200, { resultCode: 35, userString: 'Access Unavailable' }, 'no-membership'],
  [200, { resultCode: 503, userString: 'Service not available because of maintenance activities' }, 'unavailable'],
  [200, { resultCode: 1200, resultString: 'webservice.certificate.downloadNotAllowed' }, 'not-allowed'],
  [200, { resultCode: 35, userString: 'There were errors in the data supplied.' }, 'refused'],
  [403, { resultCode: 1, userString: 'The csrf token is missing.' }, 'csrf'],
  [200, '<html><title>302 Found</title>', 'unavailable'],
  [200, '<h3>Bad Gateway</h3>', 'unavailable'],
  [200, '<h1>503 Service Temporarily Unavailable</h1>', 'unavailable'],
  [500, 'Internal Server Error - Read', 'unavailable'],
  [504, '', 'unavailable'],
  [200, '<html>something else</html>', 'unreadable'],
  [200, { something: 'else' }, 'unreadable'],
])('%i %j is %s', (status, body, state) => {
  expect(readEnvelope(answerOf(status, body)).state).toBe(state)
})

test('a redirect to the sign-in page is an expired session', () => {
  const answer = answerOf(302, '', { location: 'https://idmsa.apple.com/IDMSWebAuth/signin?appIdKey=x' })
  expect(readEnvelope(answer).state).toBe('expired')
})

test('sentences that are written for web pages are read as text, and cut', () => {
  const reading = readEnvelope(
    answerOf(200, {
      resultCode: 35,
      userString: `An Application Group with Identifier &#39;group.a&#39; is not available.<br/>Please enter a different string.${'x'.repeat(900)}`,
    }),
  )
  if (reading.state === 'done') throw new Error('done')
  expect(reading.facts.said).toMatch(/^An Application Group with Identifier 'group.a' is not available. Please enter/)
  expect(reading.facts.said).toHaveLength(500)
  expect(portalError('POST account/x', reading).code).toBe('apple.portal_identifier_not_available')
})

test('the validation message is told where there is no other', () => {
  const messages = [{ validationKey: 'name', validationUserMessage: 'Please enter a name.' }]
  const reading = readEnvelope(answerOf(200, { resultCode: 35, validationMessages: messages }))
  if (reading.state === 'done') throw new Error('done')
  expect(portalError('POST account/x', reading)).toMatchObject({
    code: 'apple.refused',
    details: { operation: 'POST account/x', appleCode: '35', appleDetail: 'Please enter a name.' },
  })
})

async function portalWith(change: (url: URL, pass: () => Promise<Response>) => Promise<Response>) {
  const rig = await signInRig({ secondFactor: 'none' })
  const { session } = await signedIn(rig)
  const context = rig.contextWith({ fetch: (url, init) => change(url, () => fetch(url, init)) })
  return createPortalClient(context, session, { teamId: rig.teamId, kind: 'organization' })
}

const REFUSED_PROOF = { resultCode: 1, userString: 'CSRF token is not valid.' }

test('a change whose proof was refused is made once more with the proof that came with the refusal', async () => {
  let refusals = 1
  const portal = await portalWith(async (url, pass) =>
    url.pathname.endsWith('addApplicationGroup.action') && refusals-- > 0 ? Response.json(REFUSED_PROOF) : pass(),
  )
  const made = await portal.identifiers.create({ kind: 'app-group', identifier: 'group.a', name: 'A' })
  expect(await portal.identifiers.list('app-group')).toEqual([made])
})

test('a proof that is refused again ends the change', async () => {
  const portal = await portalWith(async (url, pass) =>
    url.pathname.endsWith('addApplicationGroup.action') ? Response.json(REFUSED_PROOF) : pass(),
  )
  const making = portal.identifiers.create({ kind: 'app-group', identifier: 'group.a', name: 'A' })
  await expect(making).rejects.toMatchObject({ code: appleErrors.portal_request_refused.code })
})

test('cookies that the first host does not take go to the second one', async () => {
  const hosts = new Set<string>()
  const portal = await portalWith(async (url, pass) => {
    hosts.add(url.pathname.split('/')[1] ?? '')
    return url.pathname.startsWith('/developer/')
      ? new Response("Cookie not in this host's domain", { status: 403 })
      : pass()
  })
  expect(await portal.identifiers.list('app-group')).toEqual([])
  expect([...hosts]).toEqual(expect.arrayContaining(['developer', 'developer-mdn']))
})

test('profiles that Xcode keeps are told as such', async () => {
  const portal = await portalWith(async (url, pass) => {
    if (!url.pathname.endsWith('listProvisioningProfiles.action')) return pass()
    const profile = {
      provisioningProfileId: 'P1',
      UUID: 'u',
      name: 'iOS Team Provisioning Profile: *',
      status: 'Active',
    }
    return Response.json({
      resultCode: 0,
      provisioningProfiles: [
        { ...profile, managingApp: 'Xcode', dateExpire: '2027-01-01T00:00:00Z', appId: { appIdId: 'A1' } },
        { ...profile, provisioningProfileId: 'P2', managingApp: null, dateExpire: 'Jan 01, 2027' },
      ],
    })
  })
  expect(await portal.records.profiles('ios')).toMatchObject([
    { id: 'P1', isManagedByXcode: true, appIdId: 'A1', expiresAt: Date.parse('2027-01-01T00:00:00Z') },
    { id: 'P2', isManagedByXcode: false, expiresAt: undefined },
  ])
})
