/** How a text box looks. */
export const inputClass =
  'block w-full min-h-11 md:min-h-9 rounded-lg border border-line-strong/70 bg-surface px-3 py-1.5 text-lg md:text-base text-ink shadow-card aria-invalid:border-danger disabled:opacity-60'
