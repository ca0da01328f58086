import { defineErrors } from '@cordon/core/errors'

export const appErrors = defineErrors('app', {
  not_found: {
    status: 404,
    title: 'There is no such app',
    remedy: 'Check the id; an app is shown to the members of its team only.',
  },
  member_not_found: {
    status: 404,
    title: 'There is no such member in the team',
    remedy: 'Invite the person first; membership starts when they accept.',
  },
  owner_fixed: {
    status: 409,
    title: 'An app always has one owner',
    remedy: 'Transfer the app to another member first; then the former owner can be changed or removed.',
  },
  already_member: {
    status: 409,
    title: 'This person is in the team already',
    remedy: 'Change their role in the list of members.',
  },
  invitation_not_found: {
    status: 404,
    title: 'There is no such open invitation',
    remedy: 'Check the list of invitations; accepted and expired ones are not in it.',
  },
})
