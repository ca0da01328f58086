import type { ComponentProps, ReactNode } from 'react'
import type { FieldBinding } from '../platform/use-form.ts'
import { classes } from './classes.ts'
import { inputClass } from './input-class.ts'
import { Select } from './select.tsx'

interface FieldFrameProps {
  readonly id: string
  readonly label: ReactNode
  readonly help?: ReactNode
  readonly error?: string | undefined
  readonly optional?: boolean
  readonly children: ReactNode
}

/** Label, help and message around one input. The input names `<id>-help` and `<id>-error` as its descriptions. */
export function FieldFrame({ id, label, help, error, optional = false, children }: FieldFrameProps) {
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium text-ink">
        {label}
        {optional && <span className="font-normal text-ink-faint"> (optional)</span>}
      </label>
      {children}
      {help !== undefined && help !== '' && (
        <p id={`${id}-help`} className="text-sm text-ink-soft">
          {help}
        </p>
      )}
      <FieldError id={id} error={error} />
    </div>
  )
}

/** The message beside a field. */
export function FieldError({ id, error }: { readonly id: string; readonly error: string | undefined }) {
  if (error === undefined) return null
  return (
    <p id={`${id}-error`} className="text-sm font-medium text-danger">
      {error}
    </p>
  )
}

/** What describes an input: its help and its message. */
export function descriptions(id: string, help: ReactNode, error: string | undefined): string | undefined {
  const ids = [help !== undefined && help !== '' && `${id}-help`, error !== undefined && `${id}-error`].filter(Boolean)
  return ids.length === 0 ? undefined : ids.join(' ')
}

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'value' | 'onChange' | 'id' | 'name'> {
  readonly field: FieldBinding
  readonly label: ReactNode
  readonly help?: ReactNode
  readonly optional?: boolean
  readonly mono?: boolean
}

/** One line of text with its label, help and message. */
export function TextField({ field, label, help, optional = false, mono = false, className, ...rest }: TextFieldProps) {
  const { id, name, value, onValue, error } = field
  return (
    <FieldFrame id={id} label={label} help={help} error={error} optional={optional}>
      <input
        id={id}
        name={name}
        value={value}
        onChange={(event) => onValue(event.target.value)}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={descriptions(id, help, error)}
        className={classes(inputClass, mono && 'font-mono', className)}
        {...rest}
      />
    </FieldFrame>
  )
}

interface SelectFieldProps {
  readonly field: FieldBinding
  readonly label: ReactNode
  readonly help?: ReactNode
  readonly choices: ReadonlyArray<{ readonly value: string; readonly label: string }>
}

/** A choice among a few known values. */
export function SelectField({ field, label, help, choices }: SelectFieldProps) {
  return (
    <FieldFrame id={field.id} label={label} help={help} error={field.error}>
      <Select
        id={field.id}
        name={field.name}
        value={field.value}
        onChange={(event) => field.onValue(event.target.value)}
        aria-invalid={field.error !== undefined || undefined}
        aria-describedby={descriptions(field.id, help, field.error)}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </Select>
    </FieldFrame>
  )
}
