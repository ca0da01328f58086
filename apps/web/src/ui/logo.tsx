/** The mark: an apple tree trained along two wires. */
export function LogoMark({ className }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <g className="stroke-on-accent" fill="none" strokeLinecap="round" strokeWidth="2">
        <path d="M4.5 9.500h23M4.500 17.500h23" strokeWidth="1.200" opacity=".55" />
        <path d="M16 27V8M16 24c0-4.200-2.600-6.500-8-6.500M16 24c0-4.200 2.600-6.500 8-6.500M16 15.500c0-3.800-2.400-6-7-6M16 15.500c0-3.800 2.400-6 7-6" />
      </g>
      <g className="fill-on-accent">
        <circle cx="8" cy="20.600" r="2.300" />
        <circle cx="24" cy="20.600" r="2.300" />
        <circle cx="16" cy="6.500" r="2.300" />
      </g>
    </svg>
  )
}
