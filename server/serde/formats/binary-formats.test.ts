import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DecodeError } from '../decode-error'
import { RecordSerde } from '../record-serde'
import { autoPlan } from '../serde-plan'
import { textOfValue } from '../stringify-value'
import { readCbor } from './cbor'
import { readMsgpack } from './msgpack'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const show = (topic: string, key: Buffer | null, value: Buffer | null) => {
  const serde = new RecordSerde(autoPlan(topic))
  const record = { key, value, headers: [] }
  return { key: serde.payload('key', record), value: serde.payload('value', record) }
}

// Vectors of the specifications' own texts.
test.each([
  ['82 a7 63 6f 6d 70 61 63 74 c3 a6 73 63 68 65 6d 61 00', '{"compact":true,"schema":0}'],
  [
    '93 cf ff ff ff ff ff ff ff ff d3 80 00 00 00 00 00 00 00 e0',
    '[18446744073709551615,-9223372036854775808,-32]',
  ],
  ['81 a1 61 d6 ff 00 00 00 01', '{"a":"1970-01-01T00:00:01.000000000Z"}'],
  ['92 ca 3d cc cc cd cb 3f f1 99 99 99 99 99 9a', '[0.1,1.1]'],
])('MessagePack %s', (bytes, text) => expect(textOfValue(readMsgpack(hex(bytes)))).toBe(text))

// RFC 8949, appendix A.
test.each([
  ['1b ff ff ff ff ff ff ff ff', '18446744073709551615'],
  ['c2 49 01 00 00 00 00 00 00 00 00', '18446744073709551616'],
  ['3b 7f ff ff ff ff ff ff ff', '-9223372036854775808'],
  ['f9 3e 00', '1.5'],
  ['bf 61 61 01 61 62 9f 02 03 ff ff', '{"a":1,"b":[2,3]}'],
  ['7f 65 73 74 72 65 61 64 6d 69 6e 67 ff', '"streaming"'],
  ['c4 82 21 19 6a b3', '27315e-2'],
])('CBOR %s', (bytes, text) => expect(textOfValue(readCbor(hex(bytes)))).toBe(text))

test('both are found by themselves where they are objects or lists', () => {
  expect(show('t', null, hex('82 a7 63 6f 6d 70 61 63 74 c3 a6 73 63 68 65 6d 61 00')).value).toMatchObject({
    format: 'json',
    decoder: 'msgpack',
    reason: 'msgpack-syntax',
    text: '{"compact":true,"schema":0}',
  })
  expect(show('t', null, hex('bf 61 61 01 61 62 9f 02 03 ff ff')).value).toMatchObject({
    decoder: 'cbor',
    reason: 'cbor-syntax',
  })
})

test('a committed offset, a transaction and a share’s snapshot are read by their topics', () => {
  const key = hex('0001 0001 67 0001 74 00000002')
  const value = hex('0003 000000000000002a ffffffff 0000 0000018bcfe56800')
  const shown = show('__consumer_offsets', key, value)
  expect(shown.key).toMatchObject({
    decoder: 'kafka',
    reason: 'internal-topic',
    text: '{"type":"offset-commit","group":"g","topic":"t","partition":2}',
  })
  expect(shown.value?.text).toBe(
    '{"offset":42,"leaderEpoch":-1,"metadata":"","commitTimestamp":1700000000000}',
  )
  const flexible = hex(
    '0004 000000000000002a ffffffff 01 0000018bcfe56800 01 00 10 000102030405060708090a0b0c0d0e0f',
  )
  expect(show('__consumer_offsets', key, flexible).value?.text).toContain(
    '"topicId":"AAECAwQFBgcICQoLDA0ODw"',
  )
  const state = hex('0000 0000000000000007 0001 0000ea60 00 ffffffff 0000018bcfe56800 0000018bcfe56800')
  expect(show('__transaction_state', hex('0000 0002 7478'), state).value?.text).toContain(
    '"producerId":7,"producerEpoch":1,"transactionTimeoutMs":60000,"transactionStatus":0,"transactionPartitions":null',
  )
  const ongoing = '0001 000000000000007a 0001 00003a98 04 02 02 74 02 00000002 00'
  const ends = '000001a201b2eb97 000001a201b2eb86 02 00 08 000000000000007a 02 02 0002'
  expect(show('__transaction_state', hex('0000 0002 7478'), hex(`${ongoing} ${ends}`)).value?.text).toContain(
    '"transactionPartitions":[{"topic":"t","partitionIds":[2]}],"transactionLastUpdateTimestampMs":1795324832663,"transactionStartTimestampMs":1795324832646,"previousProducerId":122,"clientTransactionVersion":2',
  )
  // As a broker of Kafka 4.3.1 wrote them.
  const share = (kind: string) => hex(`${kind} 0001 67 ${'00'.repeat(16)} 00000001`)
  const batch = '02 0000000000000586 0000000000000587 02 0001 00'
  const times = '000001a2016ff5b8 000001a20184045b'
  expect(
    show(
      '__share_group_state',
      share('0000'),
      hex(`0000 00000003 00000002 00000000 ffffffffffffffff ${times} 01 00`),
    ).value?.text,
  ).toBe(
    '{"snapshotEpoch":3,"stateEpoch":2,"leaderEpoch":0,"startOffset":-1,"createTimestamp":1795320444344,"writeTimestamp":1795321758811,"stateBatches":[]}',
  )
  expect(
    show(
      '__share_group_state',
      share('0001'),
      hex(`0000 00000003 00000000 0000000000000586 ${batch} 01 00 04 00000002`),
    ).value?.text,
  ).toBe(
    '{"snapshotEpoch":3,"leaderEpoch":0,"startOffset":1414,"stateBatches":[{"firstOffset":1414,"lastOffset":1415,"deliveryState":2,"deliveryCount":1}],"deliveryCompleteCount":2}',
  )
})

test('groups of the newer protocols: a struct that may be null, tagged ones, and a rest that is not passed over', () => {
  const of = (type: string, value: string) =>
    show('__consumer_offsets', hex(`${type} 0001 67 0001 6d`), hex(value)).value
  const client = '00 00 02 63 02 68 00000001 00000002 02 70'
  expect(of('0013', `0000 ${client} ff 01 00`)?.text).toContain('"userEndpoint":null,"clientTags":[]')
  expect(of('0013', `0000 ${client} 01 02 68 1f90 00 02 02 6b 02 76 00 00`)?.text).toContain(
    '"userEndpoint":{"host":"h","port":8080},"clientTags":[{"key":"k","value":"v"}]',
  )
  // As brokers of Kafka 4.3.1 wrote them: the first has a null among its tagged fields.
  expect(of('0005', '0000 00 00 02 63 02 68 02 02 74 01 000493e0 00 01 00 01 00')?.text).toContain(
    '"rebalanceTimeoutMs":300000,"serverAssignor":null,"classicMemberMetadata":null',
  )
  expect(
    of('0005', '0000 00 00 02 63 02 68 02 02 74 00 000493e0 00 01 00 0c 01 00000007 02 02 72 02 01 00 00')
      ?.text,
  ).toContain(
    '"classicMemberMetadata":{"sessionTimeoutMs":7,"supportedProtocols":[{"name":"r","metadata":"AQ=="}]}',
  )
  const owned = `02 ${'00'.repeat(16)} 02 00000003`
  expect(of('0008', `0000 00000002 00000001 01 ${owned} 01 00 05 02 00000002 01 00`)?.text).toContain(
    '"partitions":[3],"assignmentEpochs":[2]}],"partitionsPendingRevocation":[]',
  )
  const shareEpochs = show(
    '__consumer_offsets',
    hex('000b 0001 67'),
    hex('0000 00000003 0000000000000007 00'),
  )
  expect(shareEpochs.value?.text).toBe('{"epoch":3,"metadataHash":7}')
  expect(show('__consumer_offsets', hex('0003 0001 67'), hex('0000 00000003 00 07')).value).toMatchObject({
    format: 'hex',
    errorCode: 'BYTES_LEFT',
    errorParams: { bytes: 1 },
  })
})

test('a newer broker’s record is bytes and a sentence', () => {
  expect(show('__consumer_offsets', hex('0063'), hex('00'))).toMatchObject({
    key: { format: 'hex', error: 'A record of type 99, which is not known here.' },
    value: { format: 'hex' },
  })
})

test.each(['dfffffffff', `${'91'.repeat(100_000)}`, 'c1', 'a5 61'])(
  'hostile MessagePack %# ends in a sentence',
  bytes => expect(() => readMsgpack(hex(bytes))).toThrow(DecodeError),
)
test.each([`${'81'.repeat(100_000)}`, '9bffffffffffffffff', '5f', 'ff', '7f 41 61 ff', '1c'])(
  'hostile CBOR %# ends in a sentence',
  bytes => expect(() => readCbor(hex(bytes))).toThrow(DecodeError),
)

test('random bytes are read or refused, in Kafka’s topics as well', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom('__consumer_offsets', '__transaction_state', '__share_group_state'),
      (key, value, topic) => {
        const shown = show(
          topic,
          Buffer.from([0, (key[0] ?? 0) % 24, ...key]),
          Buffer.from([0, (value[0] ?? 0) % 5, ...value]),
        )
        expect(shown.value?.bytes).toBe(value.length + 2)
        for (const read of [readCbor, readMsgpack]) {
          try {
            textOfValue(read(Buffer.from(value)))
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError)
          }
        }
      },
    ),
    { numRuns: 5000 },
  )
})
