// What the parts of the page are made of.

const API = '/_simulator'

/** The names of the parts that are open: they stay so when new state is shown. */
export const openDetails = new Set()

/** Makes an element: properties by name, then texts and elements inside. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag)
  const { dataset = {}, ...rest } = properties
  Object.assign(element, rest)
  Object.assign(element.dataset, dataset)
  element.append(...children)
  return element
}

/** Sends a control request; throws what the simulator says when it refuses. */
export async function call(method, path, body) {
  const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const answer = await fetch(`${API}${path}`, init)
  const text = await answer.text()
  const value = text === '' ? undefined : JSON.parse(text)
  if (answer.ok) return value
  const { title, detail, remedy } = value?.error ?? { title: `The simulator answered ${answer.status}` }
  throw new Error([detail ?? title, remedy].filter(Boolean).join('. '))
}

/** A button that does something. `name` is what it is called where the label alone does not tell. */
export function button(label, work, className = '', name = '') {
  const made = el('button', { type: 'button', className, textContent: label })
  if (name !== '') made.setAttribute('aria-label', name)
  made.addEventListener('click', work)
  return made
}

/** A part that opens and closes, and stays as it is when the page shows new state. */
export function part(name, className, summary, ...inside) {
  const made = el('details', { className, open: openDetails.has(name) }, el('summary', {}, ...summary), ...inside)
  made.addEventListener('toggle', () => (made.open ? openDetails.add(name) : openDetails.delete(name)))
  return made
}
