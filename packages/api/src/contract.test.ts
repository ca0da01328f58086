import { expect, test } from 'vitest'
import { z } from 'zod'
import { allRoutes } from './routes.ts'

test('operation ids are unique and no two routes answer the same call', () => {
  const ids = allRoutes.map((route) => route.id)
  expect(new Set(ids).size).toBe(ids.length)
  const calls = allRoutes.map((route) => `${route.method} ${route.path.replace(/:\w+/g, ':')}`)
  expect(new Set(calls).size).toBe(calls.length)
})

test('the parameters that a path names are declared, and no others', () => {
  for (const route of allRoutes) {
    const named = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1]).sort()
    const declared = Object.keys(route.params?.shape ?? {}).sort()
    expect(declared, route.id).toEqual(named)
  }
})

test('a route that checks an app or a build names it in its path', () => {
  for (const route of allRoutes) {
    if (route.access.who === 'member') expect(route.path, route.id).toContain(':appId')
    if (route.access.who === 'build-viewer' || route.access.who === 'build')
      expect(route.path, route.id).toContain(':buildId')
  }
})

test('only calls without an answer have no response schema', () => {
  for (const route of allRoutes) expect(route.response === undefined, route.id).toBe(route.status === 204)
})

test('every schema can be written as JSON Schema, so that the API document is complete', () => {
  for (const route of allRoutes) {
    for (const schema of [route.params, route.query, route.body]) if (schema) z.toJSONSchema(schema, { io: 'input' })
    if (route.response) z.toJSONSchema(route.response, { io: 'output' })
  }
})
