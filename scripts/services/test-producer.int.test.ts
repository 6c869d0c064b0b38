import { expect, it } from 'vitest'
import { uniqueName } from './in-test.ts'
import { testKafka } from './test-groups.ts'
import { connectTestProducer } from './test-producer.ts'

it('clients of tests set no timer that Node warns of', async () => {
  const warnings: string[] = []
  const note = (warning: Error) => warnings.push(warning.name)
  process.on('warning', note)
  const admin = testKafka().admin()
  await admin.connect()
  const topic = uniqueName('timers')
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
  const producer = await connectTestProducer()
  await producer.send({ topic, messages: [{ value: 'a' }] })
  await Promise.all([admin.disconnect(), producer.disconnect()])
  process.off('warning', note)
  expect(warnings).toEqual([])
})
