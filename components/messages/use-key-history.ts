'use client'

import { useQuery } from '@tanstack/react-query'
import type { ApiError } from '@/components/api/api-error'
import { call } from '@/components/api/call'
import type { RecordAddress } from '@/components/record/record-copies'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { type Message, messages } from '@/lib/contracts/messages'
import { type KeyCondition, keyCondition } from './key-condition'

type Page = OutputOf<typeof messages.list>
export type KeyHistory = {
  condition: KeyCondition | null
  /** Before and after the record, newest first, without itself. */
  rows: Message[]
  /** Why the look backwards ended. */
  end: Page['end'] | null
}

/** Records of a partition with the key of one: `older` before it, `newer` behind it. */
export function useKeyHistory(
  address: RecordAddress,
  message: Message | undefined,
  { older, newer }: { older: number; newer: number },
) {
  const { cluster, topic, partition, offset } = address
  return useQuery<KeyHistory, ApiError>({
    queryKey: ['key history', address, older, newer],
    enabled: message !== undefined,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const condition = message ? await keyCondition(address, message, signal) : null
      if (condition === null) return { condition, rows: [], end: null }
      const look = (order: 'asc' | 'desc', limit: number) => {
        const start = BigInt(offset) + (order === 'asc' ? 1n : -1n)
        if (limit === 0 || start < 0n) return null
        const from = `offset:${start}`
        // The partition is known: no partitioner has to be guessed.
        const input = { cluster, topic, partition: [partition], partitioner: 'all' as const }
        return call(
          messages.list,
          { ...input, ...condition, from, order, limit, preview: 120, headerLimit: 0 },
          { signal },
        )
      }
      const [before, after] = await Promise.all([look('desc', older), look('asc', newer)])
      return {
        condition,
        rows: [...(after?.items ?? []).toReversed(), ...(before?.items ?? [])],
        end: before?.end ?? null,
      }
    },
  })
}
