import {
  findCoordinatorV3,
  findCoordinatorV4,
  findCoordinatorV5,
  findCoordinatorV6,
} from '@platformatic/kafka'
import type { Answer } from '../port'
import { type Asker, family } from './api'
import type { CoordinatorType } from './connections'
import { backOff, type Scope } from './deadline'
import { COORDINATOR_MOVED, failed, kafkaError, ok } from './errors'

type FindCoordinatorResponse = findCoordinatorV6.FindCoordinatorResponse

const KEY_TYPE = { group: 0, transaction: 1, share: 2 } as const
const FIND = family<[number, string[]], FindCoordinatorResponse>(
  findCoordinatorV6.api,
  findCoordinatorV5.api,
  findCoordinatorV4.api,
  findCoordinatorV3.api,
)
const ATTEMPTS = 4
const CHUNK = 2_000
/** Versions below take one key a request. */
const BATCH_SINCE = 4

type Found = FindCoordinatorResponse['coordinators'][number]

async function ask(link: Asker, type: CoordinatorType, keys: string[], scope: Scope): Promise<Found[]> {
  const batched = (await link.versionFor({}, FIND, scope)) >= BATCH_SINCE
  const found: Found[] = []
  for (let at = 0; at < keys.length; at += batched ? CHUNK : 1) {
    const chunk = keys.slice(at, at + (batched ? CHUNK : 1))
    const answer = await link.read({}, FIND, [KEY_TYPE[type], chunk], scope)
    for (const one of answer.coordinators) found.push(batched ? one : { ...one, key: chunk[0] ?? '' })
  }
  return found
}

/**
 * Broker id by key. Keys whose coordinator still loads after the attempts, or that are refused, answer with a
 * problem.
 */
export async function findCoordinators(
  link: Asker,
  type: CoordinatorType,
  keys: readonly string[],
  scope: Scope,
): Promise<Map<string, Answer<number>>> {
  const answers = new Map<string, Answer<number>>()
  let open = [...new Set(keys)]
  for (let attempt = 1; open.length > 0; attempt++) {
    const again: string[] = []
    for (const { key, nodeId, errorCode } of await ask(link, type, open, scope)) {
      if (errorCode === 0) answers.set(key, ok(nodeId))
      else {
        answers.set(key, failed(`${type}:${key}`, kafkaError(errorCode)))
        if (COORDINATOR_MOVED.has(errorCode)) again.push(key)
      }
    }
    if (attempt >= ATTEMPTS || again.length === 0) break
    open = again
    await backOff(scope, attempt)
  }
  for (const key of keys) if (!answers.has(key)) answers.set(key, failed(`${type}:${key}`, kafkaError(15)))
  return answers
}
