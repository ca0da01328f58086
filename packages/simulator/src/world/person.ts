/** A person with an Apple ID, as far as certificates, devices and answers name one. */
export interface Person {
  /** In lower case. */
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  /** Apple's number of the person. */
  readonly personId: string
}
