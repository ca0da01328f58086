/** The mark: an apple tree trained along a wire, its branches bent into a candelabra. */
export function LogoMark({ className }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path d="M3.5 14.5h25" className="stroke-on-accent" strokeWidth="1.25" strokeLinecap="round" opacity=".5" />
      <path
        d="M16 27V9.5M7.5 13v3.5a5 5 0 0 0 5 5H16M24.5 13v3.5a5 5 0 0 1-5 5H16"
        className="stroke-on-accent"
        fill="none"
        strokeLinecap="round"
        strokeWidth="2.25"
      />
      <g className="fill-on-accent">
        <circle cx="7.5" cy="10.5" r="2.9" />
        <circle cx="16" cy="7" r="2.9" />
        <circle cx="24.5" cy="10.5" r="2.9" />
      </g>
    </svg>
  )
}
