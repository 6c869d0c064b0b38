import { expect, it } from 'vitest'
import { api } from './contracts'
import { openApiOf } from './openapi'

const document = JSON.parse(JSON.stringify(openApiOf(api, '1.2.3')))

it('describes every endpoint once, with its path parameters', () => {
  for (const { method, path } of api) {
    const operation = document.paths[`/api/v1${path}`]?.[method.toLowerCase()]
    expect(operation, `${method} ${path}`).toBeDefined()
    const inPath = operation.parameters
      .filter((p: { in: string }) => p.in === 'path')
      .map((p: { name: string }) => p.name)
    expect(inPath.sort()).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(m => m[1]).sort())
  }
})

it('gives each operation a name of its own', () => {
  const ids = Object.values(
    document.paths as Record<string, Record<string, { operationId: string }>>,
  ).flatMap(path => Object.values(path).map(operation => operation.operationId))
  expect(new Set(ids).size).toBe(ids.length)
})

it('describes bodies and required fields as the wire has them', () => {
  const create = document.paths['/api/v1/clusters/{cluster}/topics'].post
  const schema = create.requestBody.content['application/json'].schema
  expect(schema.required).toEqual(expect.arrayContaining(['name', 'partitions', 'replicationFactor']))
  expect(schema.required).not.toContain('dryRun')
  expect(Object.keys(create.responses)).toContain('201')
})
