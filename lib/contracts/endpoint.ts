import type * as z from 'zod'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * One endpoint of /api/v1: the source of types, of validation on both sides and of the OpenAPI document.
 * `input` is one flat object: keys named in `path` come from the path; for GET and DELETE the rest is the
 * query, else the JSON body.
 */
export type Endpoint<I extends z.ZodObject = z.ZodObject, O extends z.ZodType = z.ZodType> = {
  /** `bytes`: one part of a record; `download`: a file of any length, streamed (a verb answers `Download`). */
  kind: 'json' | 'bytes' | 'download'
  method: Method
  /** Under /api/v1, e.g. `/clusters/{cluster}/topics/{topic}`. */
  path: string
  summary: string
  tag: string
  input: I
  output: O
  /** Success status; 200 unless said. */
  status?: number
  public?: boolean
  /** Its body may be as long as `produce.requestBytes` of the configuration says; others end at 1 MiB. */
  longBody?: boolean
}

/** A server-sent stream: each event has a name and a schema. */
export type StreamEndpoint<
  I extends z.ZodObject = z.ZodObject,
  E extends Record<string, z.ZodType> = Record<string, z.ZodType>,
> = {
  kind: 'stream'
  method: 'GET'
  path: string
  summary: string
  tag: string
  input: I
  events: E
}

export type InputOf<C extends { input: z.ZodType }> = z.output<C['input']>
export type RawInputOf<C extends { input: z.ZodType }> = z.input<C['input']>
export type OutputOf<C extends { output: z.ZodType }> = z.output<C['output']>
/** Union of `{event, data}` of a stream. */
export type EventOf<C extends { events: Record<string, z.ZodType> }> = {
  [K in keyof C['events'] & string]: { event: K; data: z.output<C['events'][K]> }
}[keyof C['events'] & string]

export function endpoint<I extends z.ZodObject, O extends z.ZodType>(
  e: Omit<Endpoint<I, O>, 'kind'> & { kind?: 'json' | 'bytes' | 'download' },
): Endpoint<I, O> {
  return { kind: 'json', ...e }
}

export function streamEndpoint<I extends z.ZodObject, E extends Record<string, z.ZodType>>(
  e: Omit<StreamEndpoint<I, E>, 'kind' | 'method'>,
): StreamEndpoint<I, E> {
  return { kind: 'stream', method: 'GET', ...e }
}

/** Names of the path's parameters, in order. */
export function pathParams(path: string): string[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map(m => m[1] ?? '')
}
