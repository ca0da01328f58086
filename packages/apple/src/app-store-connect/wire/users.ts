import { type Attributes, choices, flag, text } from './shape.ts'

/** Attributes of a user. Source: Apple's document, schema `User`. */
export const userShape = {
  username: text,
  firstName: text,
  lastName: text,
  roles: choices([
    'ADMIN',
    'FINANCE',
    'ACCOUNT_HOLDER',
    'SALES',
    'MARKETING',
    'APP_MANAGER',
    'DEVELOPER',
    'ACCESS_TO_REPORTS',
    'CUSTOMER_SUPPORT',
    'CREATE_APPS',
    'CLOUD_MANAGED_DEVELOPER_ID',
    'CLOUD_MANAGED_APP_DISTRIBUTION',
    'GENERATE_INDIVIDUAL_KEYS',
  ]),
  allAppsVisible: flag,
  provisioningAllowed: flag,
}

/** A member of the Apple team. Only keys with the role Admin may list them. */
export type User = { readonly id: string } & Attributes<typeof userShape>
