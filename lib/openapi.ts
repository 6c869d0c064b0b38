import * as z from 'zod'
import { problemJson } from './contracts/common'
import { type Endpoint, pathParams, type StreamEndpoint } from './contracts/endpoint'

type Json = Record<string, unknown>

/**
 * OpenAPI 3.1 of the endpoints: the contracts are the only source. `input` of a query and a body are
 * described as the wire has them.
 */
export function openApiOf(endpoints: readonly (Endpoint | StreamEndpoint)[], version: string): Json {
  const paths: Record<string, Json> = {}
  for (const endpoint of endpoints) {
    const path = `/api/v1${endpoint.path}`
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operationOf(endpoint) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Milena',
      version,
      description: 'A console for Apache Kafka. Errors are application/problem+json with a stable `code`.',
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'next-auth.session-token' },
      },
      schemas: { Problem: schemaOf(problemJson, 'output') },
    },
  }
}

function operationOf(endpoint: Endpoint | StreamEndpoint): Json {
  const inPath = new Set(pathParams(endpoint.path))
  const input = schemaOf(endpoint.input, 'input')
  const properties = Object.entries((input.properties ?? {}) as Record<string, Json>)
  const required = new Set((input.required ?? []) as string[])
  const hasBody = endpoint.method !== 'GET' && endpoint.method !== 'DELETE'
  const parameters = properties
    .filter(([name]) => inPath.has(name) || !hasBody)
    .map(([name, schema]) => ({
      name,
      in: inPath.has(name) ? 'path' : 'query',
      required: inPath.has(name) || required.has(name),
      schema,
    }))
  const body = properties.filter(([name]) => !inPath.has(name))
  return {
    operationId: operationIdOf(endpoint),
    tags: [endpoint.tag],
    summary: endpoint.summary,
    parameters,
    ...(hasBody && body.length > 0
      ? {
          requestBody: {
            required: body.some(([name]) => required.has(name)),
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: Object.fromEntries(body),
                  required: body.map(([name]) => name).filter(name => required.has(name)),
                },
              },
            },
          },
        }
      : {}),
    responses: { ...successOf(endpoint), default: problemResponse },
  }
}

const problemResponse = {
  description: 'A problem',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

function successOf(endpoint: Endpoint | StreamEndpoint): Json {
  if (endpoint.kind === 'stream') {
    const events = Object.fromEntries(
      Object.entries(endpoint.events).map(([name, event]) => [name, schemaOf(event, 'output')]),
    )
    return {
      200: {
        description: `Server-sent events: ${Object.keys(events).join(', ')}`,
        content: { 'text/event-stream': { schema: { type: 'string' }, 'x-events': events } },
      },
    }
  }
  if (endpoint.kind === 'bytes') {
    return {
      200: {
        description: endpoint.summary,
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
      },
      204: { description: 'The part is null' },
    }
  }
  if (endpoint.kind === 'download') {
    return { 200: { description: endpoint.summary, content: { 'application/octet-stream': {} } } }
  }
  return {
    [endpoint.status ?? 200]: {
      description: endpoint.summary,
      content: { 'application/json': { schema: schemaOf(endpoint.output, 'output') } },
    },
  }
}

function operationIdOf({ method, path }: Pick<Endpoint, 'method' | 'path'>): string {
  const words = path.replace(/[{}]/g, '').split(/[/-]/).filter(Boolean)
  return method.toLowerCase() + words.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
  })
  return json
}
