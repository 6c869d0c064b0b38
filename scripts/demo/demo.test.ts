import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { checkName } from '@/lib/naming-policy/check-name'
import { DEFAULT_POLICY } from '@/lib/naming-policy/policy'
import { Random } from './company/random.ts'
import { TOPICS } from './company/topics.ts'
import { dockerArgs } from './docker-kafka.ts'
import { planFailures } from './incidents.ts'
import { brokersOf, knockAt } from './kafka-source.ts'

test('KAFKA_BROKERS: several hosts, an address, and a sentence for anything else', () => {
  expect(brokersOf(undefined)).toBeNull()
  expect(brokersOf(' a:1, [::1]:9092,')).toEqual(['a:1', '[::1]:9092'])
  expect(() => brokersOf('localhost')).toThrow(/host:port.*"localhost"/)
  expect(() => brokersOf('kafka://x:1')).toThrow(/KAFKA_BROKERS/)
})

test('a Kafka of one’s own that is not there is said in one sentence, at once', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await knockAt([`127.0.0.1:${port}`, '127.0.0.1:1'])
  server.close()
  await once(server, 'close')
  await expect(knockAt([`127.0.0.1:${port}`, '[::1]:1'])).rejects.toThrow(
    /Nothing answers at 127.*KAFKA_BROKERS/,
  )
})

test('the past has about 300 letters, the same ones each time, and scales down', () => {
  const full = planFailures(new Random(7), 200_000, 300)
  expect(full.size).toBeGreaterThan(280)
  expect(full.size).toBeLessThanOrEqual(300)
  expect([...full]).toEqual([...planFailures(new Random(7), 200_000, 300)])
  expect(new Set(full.values()).size).toBe(7)
  expect(Math.max(...full.keys())).toBeLessThan(200_000)
  const small = planFailures(new Random(7), 3_000, 60)
  expect(small.size).toBeGreaterThan(40)
  expect(small.size).toBeLessThan(70)
})

test('a container listens on loopback only', () => {
  const args = dockerArgs(29_999)
  expect(args[args.indexOf('-p') + 1]).toBe('127.0.0.1:29999:29999')
  expect(args).toContain('KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://127.0.0.1:29999')
  expect(args.at(-1)).toMatch(/^apache\/kafka:4\./)
})

test('every topic of the company follows the naming rule', () => {
  const names = Object.values(TOPICS)
  const broken = names.filter(name => {
    const existingNames = names.filter(other => other !== name)
    return !checkName(DEFAULT_POLICY, name, { existingNames }).valid
  })
  expect(broken).toEqual([])
})
