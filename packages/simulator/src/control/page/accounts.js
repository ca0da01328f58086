// Apple IDs on the page: their codes to read, and what sign-in does with them.

import { button, call, el, part } from './parts.js'

/** The switches of an account, and what each can be set to. */
const CHOICES = {
  refusal: ['none', 'refused', 'rate-limited', 'unavailable'],
  repair: ['none', 'privacy', 'later', 'password'],
  repairAfter: ['password', 'code'],
  rightCode: ['accepted', 'conflict'],
  givesTrust: [true, false],
  showsCodeUnasked: [true, false],
}

const path = (account) => `/accounts/${encodeURIComponent(account.email)}`
const time = (iso) => iso.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')

function mark(text, kind = '') {
  return el('span', { className: `tag ${kind}`, textContent: text })
}

function marks(account) {
  const { switches, codesLockedUntil, trust, sessions } = account
  const found = [mark(account.secondFactor)]
  if (switches.locked) found.push(mark('locked', 'bad'))
  if (codesLockedUntil !== null) found.push(mark(`codes locked until ${time(codesLockedUntil)}`, 'bad'))
  if (switches.refusal !== 'none') found.push(mark(switches.refusal, 'bad'))
  if (switches.repair !== 'none') found.push(mark(`repair: ${switches.repair}`, 'warn'))
  if (sessions.length > 0) found.push(mark('signed in', 'good'))
  if (trust.length > 0) found.push(mark('trusted', 'good'))
  const code = account.codes.at(-1)
  if (code !== undefined) found.push(el('code', { className: 'code', textContent: code.code }))
  return found
}

function placeOf(account, to) {
  if (to === 'device') return account.devices.map(({ name }) => name).join(', ')
  return account.phones.find(({ id }) => id === to)?.number ?? String(to)
}

function rows(account) {
  const { codes, sessions, trust, memberships, providers } = account
  return [
    ...codes.map(({ to, code, at }) => ['code', `${code} · ${placeOf(account, to)} · ${time(at)}`]),
    ...sessions.map(({ endsAt, portalEndsAt }) => [
      'web session',
      `until ${time(endsAt)}${portalEndsAt === endsAt ? '' : `, at the portal until ${time(portalEndsAt)}`}`,
    ]),
    ...trust.map(({ endsAt }) => ['trust', `until ${time(endsAt)}`]),
    ['teams', memberships.map(({ teamId, roles }) => `${teamId} (${roles.join(', ')})`).join(', ') || 'none'],
    ['providers', providers.map(({ providerId, name }) => `${name} (${providerId})`).join(', ') || 'none'],
    ['wrong passwords', String(account.wrongPasswords)],
  ]
}

function facts(account) {
  const body = rows(account).map(([name, text]) => el('tr', {}, el('td', {}, name), el('td', {}, text)))
  const table = el('table', {}, el('tbody', {}, ...body))
  const scroll = el('section', { className: 'scroll' }, table)
  scroll.setAttribute('aria-label', account.email)
  return scroll
}

function choice(account, name, act) {
  const select = el(
    'select',
    {},
    ...CHOICES[name].map((value) =>
      el('option', {
        value: JSON.stringify(value),
        textContent: String(value),
        selected: account.switches[name] === value,
      }),
    ),
  )
  select.setAttribute('aria-label', `${name}: ${account.email}`)
  select.addEventListener('change', () => {
    const switches = { [name]: JSON.parse(select.value) }
    act(`Changed ${name}`, () => call('PATCH', path(account), { switches }))
  })
  return el('label', {}, `${name} `, select)
}

function buttons(account, act) {
  const { email, switches } = account
  const small = (label, done, method, below, body) =>
    button(label, () => act(done, () => call(method, `${path(account)}${below}`, body)), 'small', `${label}: ${email}`)
  const lock = switches.locked
    ? small('Unlock', `Unlocked ${email}`, 'PATCH', '', { unlock: true })
    : small('Lock', `Locked ${email}`, 'PATCH', '', { switches: { locked: true } })
  return el(
    'div',
    { className: 'row' },
    lock,
    small('End sessions', 'Ended the sessions', 'DELETE', '/sessions'),
    small('End at the portal', 'Ended the sessions at the portal', 'DELETE', '/portal-sessions'),
    small('End trust', 'Ended the trust', 'DELETE', '/trust'),
    small('Remove', `Removed ${email}`, 'DELETE', ''),
  )
}

/** An Apple ID with its last code in sight. `act` does what a button asks for and shows what came of it. */
export function accountParts(account, act) {
  const choices = Object.keys(CHOICES).map((name) => choice(account, name, act))
  const inside = el(
    'div',
    { className: 'inside' },
    facts(account),
    buttons(account, act),
    el('div', { className: 'row' }, ...choices),
  )
  const title = [el('strong', { textContent: account.email }), ...marks(account)]
  return part(`account ${account.email}`, 'account', title, inside)
}
