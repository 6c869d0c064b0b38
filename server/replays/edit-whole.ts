import type { ReplayEdit } from '@/lib/contracts/replay-request'
import { AppError } from '@/lib/errors'
import type { Context } from '@/server/context'
import { PartEncoder } from '@/server/produce/encode-part'
import type { LetterTable } from './letter-table'
import type { ReplayRequest } from './plan-store'

/**
 * The request with keys and values that name a schema written by it: a plan keeps the bytes, whatever the
 * subject's latest version is when it runs. Throws SCHEMA_MISMATCH with the field, SCHEMA_UNKNOWN,
 * SCHEMA_INVALID, REGISTRY_*.
 */
export async function writtenBySchema(
  ctx: Pick<Context, 'services'>,
  cluster: string,
  request: ReplayRequest,
): Promise<ReplayRequest> {
  if (!request.edit?.key?.schema && !request.edit?.value?.schema) return request
  const encoder = new PartEncoder(ctx.services.schemas.registry(cluster))
  const edit = { ...request.edit }
  for (const part of ['key', 'value'] as const) {
    const given = edit[part]
    if (!given?.schema) continue
    const bytes = await encoder.encode(given, `edit.${part}`)
    if (bytes) edit[part] = { encoding: 'base64', data: bytes.toString('base64') }
  }
  return { ...request, edit }
}

/**
 * What somebody typed for one record and its schema refuses is a mistake in the request. Throws
 * SCHEMA_MISMATCH with the field.
 */
export function refuseWholePart(edit: ReplayEdit | null, letters: LetterTable): void {
  const [only] = letters.size === 1 ? letters : []
  const trouble = only?.editTrouble
  if (!edit || !trouble || edit[trouble.part] === undefined || trouble.problem !== 'schema-mismatch') return
  const path = trouble.at === '' ? `edit.${trouble.part}` : `edit.${trouble.part}.${trouble.at}`
  throw new AppError('SCHEMA_MISMATCH', {
    detail: trouble.detail,
    fields: [{ path, code: 'SCHEMA_MISMATCH', message: trouble.detail }],
  })
}
