import type { Endpoint, EventOf, InputOf, OutputOf, StreamEndpoint } from '@/lib/contracts/endpoint'
import { AppError } from '@/lib/errors'
import { beginCall } from '@/server/auth/authorise'
import type { Context } from '@/server/context'

/** One thing a person or program can ask: called by routes, pages and other verbs alike, with input already parsed. */
export type Verb<C extends Endpoint> = {
  (ctx: Context, input: InputOf<C>): Promise<OutputOf<C>>
  readonly contract: C
}

/** A verb that answers with events for as long as somebody listens. */
export type StreamVerb<C extends StreamEndpoint> = {
  (ctx: Context, input: InputOf<C>): AsyncGenerator<EventOf<C>, void, void>
  readonly contract: C
}

function refuseUnauthorised(ctx: Context, path: string): never {
  ctx.log.error({ requestId: ctx.requestId, path }, 'a verb answered without having called authorise')
  throw new AppError('INTERNAL')
}

/**
 * Makes a verb of a contract and a function. An answer of a function that never called `authorise` with the
 * context it was given (itself or through another verb) is thrown away: AppError INTERNAL, logged.
 */
export function verb<C extends Endpoint>(
  contract: C,
  run: (ctx: Context, input: InputOf<C>) => Promise<OutputOf<C>>,
): Verb<C> {
  const call = async (outer: Context, input: InputOf<C>): Promise<OutputOf<C>> => {
    const { ctx, authorised } = beginCall(outer)
    const output = await run(ctx, input)
    if (!authorised()) refuseUnauthorised(ctx, contract.path)
    return output
  }
  return Object.assign(call, { contract })
}

/** The same for a stream: `authorise` must have been called before the first event leaves. */
export function stream<C extends StreamEndpoint>(
  contract: C,
  run: (ctx: Context, input: InputOf<C>) => AsyncGenerator<EventOf<C>, void, void>,
): StreamVerb<C> {
  async function* call(outer: Context, input: InputOf<C>): AsyncGenerator<EventOf<C>, void, void> {
    const { ctx, authorised } = beginCall(outer)
    for await (const event of run(ctx, input)) {
      if (!authorised()) refuseUnauthorised(ctx, contract.path)
      yield event
    }
    if (!authorised()) refuseUnauthorised(ctx, contract.path)
  }
  return Object.assign(call, { contract })
}
