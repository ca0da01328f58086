/** A person's initials; their name stands beside it. */
export function Avatar({ name }: { readonly name: string }) {
  return (
    <span
      aria-hidden="true"
      className="grid size-8 shrink-0 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent"
    >
      {initials(name)}
    </span>
  )
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const first = words.at(0)?.charAt(0) ?? ''
  const last = words.length > 1 ? (words.at(-1)?.charAt(0) ?? '') : ''
  return (first + last).toUpperCase()
}

/** A person in a list: initials, name and e-mail. */
export function PersonLine({
  name,
  email,
  note,
}: {
  readonly name: string
  readonly email: string
  readonly note?: string
}) {
  return (
    <span className="flex min-w-0 items-center gap-3">
      <Avatar name={name} />
      <span className="grid min-w-0">
        <span className="truncate font-medium">
          {name}
          {note !== undefined && <span className="font-normal text-ink-faint"> {note}</span>}
        </span>
        <span className="truncate text-sm text-ink-soft">{email}</span>
      </span>
    </span>
  )
}
