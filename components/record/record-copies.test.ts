import { describe, expect, it } from 'vitest'
import type { Message } from '@/lib/contracts/messages'
import { curlLine, kcatLine, recordJson } from './record-copies'

const address = { cluster: 'local', topic: 'order.order-service.created', partition: 3, offset: '884213' }

describe('kcatLine', () => {
  it('prints one record', () => {
    expect(kcatLine(address)).toBe(
      'kcat -C -b "$KAFKA_BROKERS" -t order.order-service.created -p 3 -o 884213 -c 1 -e -J',
    )
  })
  it('quotes what a shell would read', () => {
    expect(kcatLine({ ...address, topic: "a'; rm -rf ~; '" })).toContain(`-t 'a'\\''; rm -rf ~; '\\'''`)
    expect(kcatLine({ ...address, topic: '-x' })).toContain("-t '-x'")
    expect(kcatLine({ ...address, topic: '$(id)' })).toContain("-t '$(id)'")
  })
})

describe('recordJson', () => {
  it('keeps offsets as text and null apart from empty', () => {
    const message: Message = {
      partition: 3,
      offset: '9223372036854775807',
      timestamp: null,
      timestampType: 'NoTimestamp',
      key: null,
      value: { format: 'text', text: '', bytes: 0, truncated: false },
      headers: [],
      size: 0,
      compression: 'none',
      transactional: false,
    }
    expect(JSON.parse(recordJson(address, message))).toEqual({
      cluster: 'local',
      topic: address.topic,
      ...message,
    })
  })
})

it('curl names the record in the API, with the token in a variable', () => {
  expect(
    curlLine('https://milena.example', { cluster: 'local', topic: "a'b", partition: 3, offset: '7' }),
  ).toBe(
    `curl -sS -H "Authorization: Bearer $MILENA_TOKEN" 'https://milena.example/api/v1/clusters/local/topics/a'\\''b/messages/3/7'`,
  )
})
