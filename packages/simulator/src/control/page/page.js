// The page of a running simulator, for people. Everything it does is a request of the control API; texts reach the page as text only.

import { accountParts } from './accounts.js'
import { button, call, el, openDetails, part } from './parts.js'

const LOG_ROWS = 200
const POLL_MS = 1_000
const HOUR_MS = 3_600_000
const STEPS = [
  ['+1 hour', HOUR_MS],
  ['+1 day', 24 * HOUR_MS],
  ['+30 days', 30 * 24 * HOUR_MS],
  ['+1 year', 365 * 24 * HOUR_MS],
]
const PRESETS = [
  ['One 401', { operation: '*', kind: 'status', status: 401, code: 'NOT_AUTHORIZED' }],
  ['Some 401', { operation: '*', kind: 'status', status: 401, code: 'NOT_AUTHORIZED', chance: 0.1, times: 0 }],
  [
    'Three 429',
    { operation: '*', kind: 'status', status: 429, code: 'RATE_LIMIT_EXCEEDED', retryAfterSeconds: 5, times: 3 },
  ],
  ['500, nothing done', { operation: 'profiles_createInstance', kind: 'status', status: 500 }],
  ['504, yet done', { operation: 'profiles_createInstance', kind: 'status', status: 504, when: 'after' }],
  ['Cut connection', { operation: '*', kind: 'drop' }],
  ['Slow answers', { operation: '*', kind: 'latency', latencyMs: 2000, times: 0 }],
]
/** The columns of each list; every other attribute is left out. */
const COLUMNS = {
  bundleIds: ['identifier', 'name', 'platform'],
  certificates: ['displayName', 'certificateType', 'serialNumber', 'expirationDate'],
  devices: ['name', 'udid', 'deviceClass', 'platform', 'status'],
  profiles: ['name', 'profileType', 'profileState', 'expirationDate'],
  apps: ['name', 'bundleId', 'sku'],
  users: ['username', 'roles'],
}
const GOOD = new Set(['ACTIVE', 'ENABLED'])
const BAD = new Set(['INVALID', 'EXPIRED', 'INELIGIBLE'])

const at = (id) => document.getElementById(id)
let lastOverview = ''
let lastAccounts = ''
let lastFaults = ''
let lastLog = ''

function say(text, isBad = false) {
  const message = at('message')
  message.textContent = text
  message.className = isBad ? 'bad' : ''
  message.hidden = text === ''
}

/** Does what a button asks for, says what came of it, and shows the new state. */
async function act(done, work) {
  try {
    await work()
    say(done)
    await Promise.all([showOverview(), showAccounts(), showClock(), showFaults(), showLog()])
  } catch (error) {
    say(error.message, true)
  }
}

async function showClock() {
  const { now, offsetMs } = await call('GET', '/clock')
  at('now').textContent = now.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')
  at('now').dateTime = now
  at('offset').textContent =
    offsetMs === 0 ? 'The time of the machine' : `${duration(offsetMs)} from the machine's time`
}

function duration(ms) {
  const sign = ms < 0 ? '−' : '+'
  const hours = Math.round(Math.abs(ms) / HOUR_MS)
  return hours < 48 ? `${sign}${hours} h` : `${sign}${Math.floor(hours / 24)} days ${hours % 24} h`
}

function tag(value) {
  const kind = GOOD.has(value) ? 'good' : BAD.has(value) ? 'bad' : 'warn'
  return el('span', { className: `tag ${kind}`, textContent: value })
}

function cell(name, value) {
  if (name === 'profileState' || name === 'status') return el('td', {}, tag(String(value)))
  const text = Array.isArray(value) ? value.join(', ') : String(value ?? '–')
  return el('td', { title: text }, name === 'expirationDate' ? text.slice(0, 10) : text)
}

function tableOf(type, items) {
  const columns = COLUMNS[type] ?? Object.keys(items[0]?.attributes ?? {}).slice(0, 4)
  const head = ['id', ...columns].map((name) => el('th', { scope: 'col', textContent: name }))
  const rows = items.map(({ id, attributes }) =>
    el('tr', {}, el('td', {}, el('code', { textContent: id })), ...columns.map((name) => cell(name, attributes[name]))),
  )
  const table = el('table', {}, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...rows))
  const scroll = el('section', { className: 'scroll' }, table)
  scroll.setAttribute('aria-label', type)
  return scroll
}

function resourceParts(team) {
  return Object.entries(team.resources).map(([type, { total, items }]) => {
    const shown = items.length < total ? ` (the first ${items.length} are shown)` : ''
    const inside = total === 0 ? el('p', { className: 'empty', textContent: 'none' }) : tableOf(type, items)
    return part(
      `${team.teamId}/${type}`,
      '',
      [type, el('span', { className: 'tag', textContent: `${total}${shown}` })],
      inside,
    )
  })
}

function keyRow(key) {
  const state = key.revoked ? tag('INVALID') : tag('ACTIVE')
  state.textContent = key.revoked ? 'revoked' : 'in force'
  const revoke = () => act(`Revoked ${key.keyId}`, () => call('DELETE', `/keys/${key.keyId}`))
  const end = key.revoked ? '' : button('Revoke', revoke, 'small danger', `Revoke ${key.keyId}`)
  return el(
    'tr',
    {},
    el('td', {}, el('code', { textContent: key.keyId })),
    el('td', {}, key.kind),
    el('td', {}, key.role),
    el('td', {}, state),
    el('td', {}, end),
  )
}

function keysPart(team) {
  const rows = el('tbody', {}, ...team.keys.map(keyRow))
  const head = ['key', 'kind', 'role', 'state', ''].map((name) => el('th', { scope: 'col', textContent: name }))
  const table = el('table', {}, el('thead', {}, el('tr', {}, ...head)), rows)
  const add = button(
    'Add an Admin key',
    () => act('Added a key', async () => showKey(await call('POST', `/teams/${team.teamId}/keys`, {}))),
    'small',
  )
  const list =
    team.keys.length === 0
      ? el('p', { className: 'empty', textContent: 'none' })
      : el('div', { className: 'scroll' }, table)
  return part(
    `${team.teamId}/keys`,
    '',
    ['keys', el('span', { className: 'tag', textContent: String(team.keys.length) })],
    list,
    el('div', { className: 'row' }, add),
  )
}

/** The private key is told once; it stays on the page until it is put away. */
function showKey(key) {
  const file = new Blob([key.privateKey], { type: 'application/x-pem-file' })
  const link = el('a', {
    href: URL.createObjectURL(file),
    download: `AuthKey_${key.keyId}.p8`,
    textContent: `AuthKey_${key.keyId}.p8`,
  })
  const away = button(
    'Put away',
    () => {
      at('key-once').hidden = true
      URL.revokeObjectURL(link.href)
      at('key-once').replaceChildren()
    },
    'small',
  )
  const lines = `key ID     ${key.keyId}\nissuer ID  ${key.issuerId ?? 'none'}`
  at('key-once').replaceChildren(
    el('strong', { textContent: 'The private key is told this once.' }),
    el('pre', { textContent: lines }),
    el('div', { className: 'row' }, link, away),
  )
  at('key-once').hidden = false
}

function gate(team, field, on, off) {
  const isOn = team[field]
  const work = () => act(`Changed ${team.name}`, () => call('PATCH', `/teams/${team.teamId}`, { [field]: !isOn }))
  return button(isOn ? off : on, work, 'small', `${isOn ? off : on}: ${team.name}`)
}

function teamPart(team) {
  const tags = [el('span', { className: 'tag', textContent: team.kind })]
  if (!team.agreementsInForce) tags.push(el('span', { className: 'tag bad', textContent: 'agreements missing' }))
  if (!team.membershipActive) tags.push(el('span', { className: 'tag bad', textContent: 'membership ended' }))
  const facts = el('p', { className: 'soft' }, 'issuer ID ', el('code', { textContent: team.issuerId }))
  const gates = el(
    'div',
    { className: 'row' },
    gate(team, 'agreementsInForce', 'Sign agreements', 'Withdraw agreements'),
    gate(team, 'membershipActive', 'Renew membership', 'End membership'),
  )
  const inside = el('div', { className: 'inside' }, facts, gates, keysPart(team), ...resourceParts(team))
  return part(
    team.teamId,
    'team',
    [el('strong', { textContent: team.name }), el('code', { textContent: team.teamId }), ...tags],
    inside,
  )
}

async function showOverview() {
  const { teams } = await call('GET', '/overview')
  const text = JSON.stringify(teams)
  if (text === lastOverview) return
  if (lastOverview === '' && teams.length === 1) openDetails.add(teams[0].teamId)
  lastOverview = text
  const none = el('p', { className: 'empty', textContent: 'No team yet. Add one here, or start with --seed FILE.' })
  at('team-list').replaceChildren(...(teams.length === 0 ? [none] : teams.map(teamPart)))
}

async function showAccounts() {
  const { accounts } = await call('GET', '/accounts')
  const text = JSON.stringify(accounts)
  if (text === lastAccounts) return
  lastAccounts = text
  const none = el('p', {
    className: 'empty',
    textContent: 'No Apple ID yet. It is Account Holder of every team there is.',
  })
  at('account-list').replaceChildren(
    ...(accounts.length === 0 ? [none] : accounts.map((one) => accountParts(one, act))),
  )
}

function describe({ operation, kind, when, status, chance, left, hits }) {
  const what = kind === 'status' ? `status ${status}` : kind
  const often = left === null ? 'until removed' : `${left} left`
  return [
    operation,
    what,
    when === 'after' ? 'after the effect' : '',
    chance === undefined ? '' : `chance ${chance}`,
    often,
    `${hits} played`,
  ]
    .filter(Boolean)
    .join(' · ')
}

async function showFaults() {
  const { faults } = await call('GET', '/faults')
  const text = JSON.stringify(faults)
  if (text === lastFaults) return
  lastFaults = text
  const rows = faults.map((fault) => {
    const remove = () => act('Removed the fault', () => call('DELETE', `/faults/${fault.id}`))
    return el(
      'div',
      { className: 'row' },
      el('span', { className: 'grow mono', textContent: describe(fault) }),
      button('Remove', remove, 'small', `Remove ${fault.id}`),
    )
  })
  const none = el('p', { className: 'empty', textContent: 'No fault is in place.' })
  at('fault-list').replaceChildren(...(rows.length === 0 ? [none] : rows))
}

function statusTag(status) {
  const kind = status === 0 || status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good'
  return el('span', { className: `tag ${kind}`, textContent: status === 0 ? 'cut' : String(status) })
}

function exchangeRow(one) {
  const url = el('td', { className: 'url', title: `${one.method} ${one.url}`, textContent: `${one.method} ${one.url}` })
  const number = el('td', { className: 'number', textContent: String(one.durationMs) })
  return el(
    'tr',
    {},
    el('td', {}, one.at.slice(11, 23)),
    el('td', {}, statusTag(one.status)),
    url,
    el('td', {}, one.operation),
    el('td', {}, one.keyId ?? one.account ?? '–'),
    number,
    el('td', {}, one.fault ?? ''),
  )
}

function showOperations(counts) {
  const select = at('log-operation')
  const known = new Set([...select.options].map((option) => option.value))
  for (const name of Object.keys(counts).sort())
    if (!known.has(name)) select.append(el('option', { value: name, textContent: name }))
}

async function showLog() {
  const operation = at('log-operation').value
  const narrow = operation === '' ? '' : `&operation=${encodeURIComponent(operation)}`
  const { total, counts, exchanges } = await call('GET', `/log?newest=${LOG_ROWS}${narrow}`)
  const mark = `${operation} ${total} ${exchanges.at(-1)?.requestId}`
  if (mark === lastLog) return
  lastLog = mark
  showOperations(counts)
  at('log-total').textContent = `${total} requests`
  const none = el('tr', {}, el('td', { colSpan: 7, className: 'soft', textContent: 'No request yet.' }))
  at('exchanges').replaceChildren(...(exchanges.length === 0 ? [none] : exchanges.reverse().map(exchangeRow)))
}

async function showSettings() {
  const settings = await call('GET', '/settings')
  const fields = Object.entries(settings).map(([name, value]) => {
    const input = el('input', {
      className: 'mono',
      name,
      value: JSON.stringify(value),
      spellcheck: false,
      autocomplete: 'off',
    })
    input.addEventListener('change', () =>
      act(`Saved ${name}`, () => call('PATCH', '/settings', { [name]: parsed(name, input.value) })),
    )
    return el('label', {}, name, input)
  })
  at('setting-list').replaceChildren(...fields)
}

function parsed(name, text) {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`${name} takes JSON: a number, "a text", true, null, [a list] or {an object}`)
  }
}

async function download() {
  const state = await call('GET', '/state')
  const file = new Blob([JSON.stringify(state, null, 2)], { type: 'application/json' })
  const link = el('a', { href: URL.createObjectURL(file), download: 'simulator-state.json' })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

async function upload(input) {
  const [file] = input.files
  if (file === undefined) return
  await call('PUT', '/state', parsed('The file', await file.text()))
  input.value = ''
  await showSettings()
}

function listen() {
  at('advance').append(
    ...STEPS.map(([label, advanceMs]) =>
      button(label, () => act(`The clock moved ${label}`, () => call('PATCH', '/clock', { advanceMs }))),
    ),
  )
  at('presets').append(
    ...PRESETS.map(([label, fault]) =>
      button(label, () => act('Added the fault', () => call('POST', '/faults', fault)), 'small'),
    ),
  )
  at('new-fault').elements.json.value = JSON.stringify({
    operation: 'devices_*',
    kind: 'status',
    status: 503,
    times: 2,
  })
  at('new-fault').addEventListener('submit', (event) => {
    event.preventDefault()
    act('Added the fault', () => call('POST', '/faults', parsed('A fault', event.target.elements.json.value)))
  })
  at('new-team').addEventListener('submit', (event) => {
    event.preventDefault()
    const { name, kind } = event.target.elements
    act(`Added ${name.value}`, async () => {
      await call('POST', '/teams', { name: name.value, kind: kind.value })
      name.value = ''
    })
  })
  at('new-account').addEventListener('submit', (event) => {
    event.preventDefault()
    const { email, password, secondFactor } = event.target.elements
    act(`Added ${email.value}`, async () => {
      const wish = { email: email.value, password: password.value, secondFactor: secondFactor.value }
      await call('POST', '/accounts', wish)
      event.target.reset()
    })
  })
  at('download').addEventListener('click', () => act('', download))
  at('upload').addEventListener('change', (event) => act('Loaded the state', () => upload(event.target)))
  at('reset').addEventListener('click', () => {
    if (!confirm('Remove all teams, keys, Apple IDs, faults and the log, and set the clock and all settings back?'))
      return
    act('Everything is as at the start', async () => {
      await call('POST', '/reset')
      await showSettings()
    })
  })
  at('log-clear').addEventListener('click', () => act('', () => call('DELETE', '/log')))
  at('log-operation').addEventListener('change', () => act('', showLog))
}

async function poll() {
  try {
    if (!document.hidden) {
      await Promise.all([showOverview(), showAccounts(), showClock(), showFaults()])
      if (!at('log-pause').checked) await showLog()
    }
    if (at('message').dataset.lost !== undefined) {
      delete at('message').dataset.lost
      say('')
    }
  } catch {
    at('message').dataset.lost = ''
    say('The simulator does not answer', true)
  }
  setTimeout(poll, POLL_MS)
}

at('address').textContent = location.origin
listen()
await showSettings()
await poll()
