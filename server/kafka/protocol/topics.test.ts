import { expect, it } from 'vitest'
import { AppError } from '@/lib/errors'
import { within } from './deadline'
import type { ClusterLink } from './link'
import { createTopic } from './topics'

/** A link whose controller moves: it answers these codes one after the other, the last one from then on. */
function movingController(codes: readonly number[], message: string | null = null) {
  const asked: (number | undefined)[] = []
  let looks = 0
  const link = {
    async mutate(target: { broker?: number }) {
      asked.push(target.broker)
      const errorCode = codes[Math.min(asked.length, codes.length) - 1] ?? 0
      const topic = {
        name: 'order.a.b',
        topicId: 'id',
        errorCode,
        errorMessage: message,
        numPartitions: 1,
        replicationFactor: 1,
        configs: [],
      }
      return { throttleTimeMs: 0, topics: [topic] }
    },
    freshController: async () => ({ broker: ++looks }),
    forget: () => undefined,
  }
  return { link: link as unknown as ClusterLink, asked }
}

const create = (link: ClusterLink) =>
  within({ timeoutMs: 20_000 }, scope =>
    createTopic(link, { name: 'order.a.b', partitions: 1, replicationFactor: 1, configs: {} }, false, scope),
  )
const refusal = (link: ClusterLink) =>
  create(link).then(
    () => null,
    (error: AppError) => error,
  )

it('NOT_CONTROLLER is asked of the new controller: nothing was done, so nothing is done twice', async () => {
  const { link, asked } = movingController([41, 41, 0])
  expect(await create(link)).toMatchObject({ name: 'order.a.b' })
  expect(asked).toEqual([undefined, 1, 2])
})

it('a controller that nobody finds is an error of its own, and not an unknown outcome', async () => {
  const { link, asked } = movingController([41])
  expect(await refusal(link)).toMatchObject({ code: 'KAFKA_ERROR', params: { kafka: 'NOT_CONTROLLER' } })
  expect(asked).toHaveLength(3)
})

it('POLICY_VIOLATION is said with the broker’s own words, and not asked again', async () => {
  const { link, asked } = movingController([44], 'No topics on Fridays')
  const error = await refusal(link)
  expect(error).toBeInstanceOf(AppError)
  expect(error).toMatchObject({
    code: 'BROKER_POLICY_VIOLATION',
    params: { kafka: 'POLICY_VIOLATION', message: 'No topics on Fridays' },
  })
  expect(asked).toHaveLength(1)
})

it('a controller that did not finish in time leaves the outcome unknown', async () => {
  const { link, asked } = movingController([7])
  expect(await refusal(link)).toMatchObject({ code: 'OUTCOME_UNKNOWN' })
  expect(asked).toHaveLength(1)
})
