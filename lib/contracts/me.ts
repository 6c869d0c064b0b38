import * as z from 'zod'
import { ROLES } from '../permissions'
import { none } from './common'
import { endpoint } from './endpoint'

export const me = {
  get: endpoint({
    method: 'GET',
    path: '/me',
    tag: 'me',
    summary: 'Who is asking, with which roles where',
    input: none,
    output: z.object({
      name: z.string(),
      kind: z.enum(['user', 'token']),
      grants: z.array(
        z.object({
          role: z.enum(ROLES),
          clusters: z.array(z.string()).optional(),
          topics: z.array(z.string()).optional(),
        }),
      ),
    }),
  }),
}
