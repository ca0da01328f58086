import { useNavigate, useSearch } from '@tanstack/react-router'
import { PersonalTokens } from '../features/accounts/components/personal-tokens.tsx'
import { Profile } from '../features/accounts/components/profile.tsx'
import { Sessions } from '../features/accounts/components/sessions.tsx'
import { AuthoriseNext } from '../features/apps/components/authorise-next.tsx'
import { ConnectionList } from '../features/connections/components/connection-list.tsx'
import { MyTestDevices } from '../features/test-devices/components/my-test-devices.tsx'
import { useCurrentPerson } from '../platform/current-person.ts'
import { PageHeader } from '../ui/card.tsx'

/** Page *Profile*. */
export function ProfilePage() {
  const person = useCurrentPerson()
  return (
    <>
      <PageHeader title="Profile" />
      <Profile person={person} />
    </>
  )
}

/** Page *Apple Developer Account*. */
export function ConnectionsPage() {
  const navigate = useNavigate()
  const shown = useSearch({ from: '/shell/account/apple-developer-account' })
  return (
    <ConnectionList
      next={<AuthoriseNext />}
      shown={shown}
      onShow={(search) => void navigate({ to: '/account/apple-developer-account', search, replace: true })}
    />
  )
}

/** Page *Test devices*. */
export function MyTestDevicesPage() {
  return (
    <>
      <PageHeader title="Test devices" />
      <MyTestDevices />
    </>
  )
}

/** Page *Sessions*. */
export function SessionsPage() {
  return (
    <>
      <PageHeader title="Sessions" />
      <Sessions />
    </>
  )
}

/** Page *Personal tokens*. */
export function PersonalTokensPage() {
  return (
    <>
      <PageHeader title="Personal tokens" />
      <PersonalTokens />
    </>
  )
}
