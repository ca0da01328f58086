import { STEPS } from '@cordon/steps/steps'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk
beforeEach(() => {
  desk = openDesk()
})
afterEach(() => desk.close())

test('every step is listed with its version, and a deprecated one with what succeeds it', async () => {
  const { stdout } = await desk.run('steps list')
  for (const { id, title } of STEPS)
    expect(stdout).toMatch(new RegExp(`^${id} +\\d+\\.\\d+\\.\\d+ +${title.replace(/[()]/g, '.')}`, 'm'))
  expect(stdout).toMatch(/^auto-provision-apple-id .* deprecated, use auto-provision$/m)
  const { steps } = (await desk.run('steps list --json')).json<{ steps: { id: string; deprecated: unknown }[] }>()
  expect(steps.filter(({ deprecated }) => deprecated !== null).map(({ id }) => id)).toEqual(['auto-provision-apple-id'])
})

test('info tells inputs, outputs and versions of a step, by id, title or former name', async () => {
  const { stdout } = await desk.run('steps info fastlane')
  expect(stdout).toContain('fastlane 0.1.0: fastlane')
  expect(stdout).toMatch(/^api_key_path +the \.p8 file/m)
  expect(stdout).toMatch(/^password +of the Apple ID \(from the environment only\)$/m)
  expect(stdout).toMatch(/^FASTLANE_SESSION +session/m)
  const document = (await desk.run("steps info 'ios auto provision with apple id' --json")).json<{
    id: string
    deprecated: { successor: string }
    inputs: { name: string }[]
  }>()
  expect(document).toMatchObject({ id: 'auto-provision-apple-id', deprecated: { successor: 'auto-provision' } })
  expect(document.inputs.map(({ name }) => name)).toContain('team_id')
})

test('iOS Auto Provision is two steps: info says which one to use', async () => {
  const { stdout } = await desk.run("steps info 'iOS Auto Provision'")
  expect(stdout).toMatch(/auto-provision\n {2}the app’s connection is an App Store Connect API key/)
  expect(stdout).toMatch(/auto-provision-apple-id\n {2}there is only an Apple ID/)
})

test('an unknown step is told by its name', async () => {
  const { stderr, exitCode } = await desk.run('steps info nothing')
  expect(stderr).toContain('code: cli.step_unknown')
  expect(exitCode).toBe(5)
})
