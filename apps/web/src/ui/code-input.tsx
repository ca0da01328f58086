import { type ChangeEvent, type RefObject, useLayoutEffect, useState } from 'react'
import { classes } from './classes.ts'
import { FieldError } from './field.tsx'
import { typeDigits } from './type-digits.ts'

interface CodeInputProps {
  readonly id: string
  readonly label: string
  readonly length: number
  readonly value: string
  readonly onValue: (digits: string) => void
  readonly error: string | undefined
  readonly inputRef: RefObject<HTMLInputElement | null>
}

/**
 * A code, a box a digit. It is one real input that lies over the boxes, its letters spaced as they are: so pasting, the
 * keyboard, a phone's offer of the code and screen readers work as in any other field.
 */
export function CodeInput({ id, label, length, value, onValue, error, inputRef }: CodeInputProps) {
  const [caret, setCaret] = useState<number>()
  usePlacedCaret(inputRef, caret, value)

  function onChange({ target }: ChangeEvent<HTMLInputElement>): void {
    const typed = typeDigits(target.value, target.selectionStart ?? target.value.length, length)
    setCaret(typed.caret)
    onValue(typed.digits)
  }

  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <div className="relative -m-0.5 w-fit max-w-full overflow-clip p-0.5 font-mono text-xl">
        <div className="flex gap-1.5" aria-hidden="true">
          {Array.from({ length }, (_, index) => `box-${index}`).map((key, index) => (
            <span
              key={key}
              className={classes(
                'h-12 w-10 shrink-0 rounded-lg border bg-surface shadow-card',
                error === undefined ? 'border-line-strong/70' : 'border-danger',
                caret !== undefined &&
                  index === Math.min(caret, value.length, length - 1) &&
                  'border-accent outline-2 -outline-offset-1 outline-accent',
              )}
            />
          ))}
        </div>
        <input
          ref={inputRef}
          id={id}
          data-autofocus
          name="code"
          type="text"
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="[0-9]*"
          spellCheck={false}
          value={value}
          onChange={onChange}
          onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? undefined)}
          onFocus={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? 0)}
          onBlur={() => setCaret(undefined)}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={error === undefined ? undefined : `${id}-error`}
          // A box is 2.5rem wide and 0.375rem from the next: each digit stands in the middle of its own.
          className="absolute inset-y-0 left-0.5 w-[200%] bg-transparent pl-[calc((2.5rem-1ch)/2)] font-mono tracking-[calc(2.875rem-1ch)] text-ink tabular-nums caret-accent outline-none"
        />
      </div>
      <FieldError id={id} error={error} />
    </div>
  )
}

// React puts the caret at the end when the text it sets is not the one that was typed.
function usePlacedCaret(input: RefObject<HTMLInputElement | null>, caret: number | undefined, value: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caret is lost when the text is set
  useLayoutEffect(() => {
    const element = input.current
    if (element === null || caret === undefined || document.activeElement !== element) return
    if (element.selectionStart === element.selectionEnd) element.setSelectionRange(caret, caret)
  }, [value])
}
