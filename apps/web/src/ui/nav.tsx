/** Links of a horizontal bar of tabs; the active one is underlined. */
export const tabClass =
  'relative flex min-h-11 shrink-0 items-center px-1 text-base font-medium text-ink-soft hover:text-ink aria-[current=page]:text-ink aria-[current=page]:after:absolute aria-[current=page]:after:inset-x-0 aria-[current=page]:after:-bottom-px aria-[current=page]:after:h-0.5 aria-[current=page]:after:rounded-full aria-[current=page]:after:bg-accent'

/** The bar of tabs; it scrolls by itself where it is too narrow. */
export const tabBarClass = 'mb-6 flex gap-3 sm:gap-5 overflow-x-auto border-b border-line [scrollbar-width:none]'

/** Links of a left bar. */
export const sideLinkClass =
  'flex min-h-11 items-center gap-2.5 rounded-lg px-3 text-base text-ink-soft hover:bg-hover hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent md:min-h-9 [&_svg]:size-4 [&_svg]:shrink-0'
