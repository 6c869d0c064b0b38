'use client'

import { useRouter } from 'next/navigation'
import { useApiMutation } from '@/components/api/use-api'
import type { RawInputOf } from '@/lib/contracts/endpoint'
import { type RequestDetail, requests } from '@/lib/contracts/requests'
import { routes } from '@/lib/routes'

const INVALIDATES = [requests.get, requests.listAll, requests.list]
type Wanted = RawInputOf<typeof requests.file>

/** Files a request, or puts it in place of what `edits` asked; then goes to its page. */
export function useSaveRequest(cluster: string, edits: RequestDetail | null) {
  const router = useRouter()
  const file = useApiMutation(requests.file, {
    invalidates: INVALIDATES,
    onSuccess: ({ request }) => {
      if (request) router.push(routes.request(cluster, request.id))
    },
  })
  const edit = useApiMutation(requests.edit, {
    invalidates: INVALIDATES,
    onSuccess: ({ id }) => router.push(routes.request(cluster, id)),
  })
  return {
    error: file.error ?? edit.error,
    isPending: file.isPending || edit.isPending,
    reset: () => {
      file.reset()
      edit.reset()
    },
    run: (wanted: Wanted) => {
      if (edits === null) return file.mutate(wanted)
      // A change keeps its kind, and once it was seen only a new topic may get another name.
      const { kind, topic, dryRun: _, replaces: __, ...rest } = wanted
      const renamed = kind === 'create' || edits.state === 'draft' ? { topic } : {}
      edit.mutate({ ...rest, ...renamed, id: edits.id, version: edits.version })
    },
  }
}
