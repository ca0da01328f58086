import type { Person } from '@cordon/api/accounts/schema'
import { createContext, use } from 'react'

/** Provides the signed-in person to every screen below the app shell. */
export const CurrentPerson = createContext<Person | undefined>(undefined)

/** Who is signed in. Throws outside of the app shell, which no screen is. */
export function useCurrentPerson(): Person {
  const person = use(CurrentPerson)
  if (person === undefined) throw new Error('a screen for people who are signed in was drawn outside of the app shell')
  return person
}
