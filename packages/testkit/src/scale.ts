/** Says whether the long variants of the tests were asked for: `npm run test:long`. */
export const isLongRun = process.env.CORDON_TEST_LONG === '1'

/** How often a test repeats something: `usual` in every run, `long` when the long variants were asked for. */
export function scaled(usual: number, long: number): number {
  return isLongRun ? long : usual
}
