import { expect, test } from 'vitest'
import { DecodeError } from '../decode-error'
import { parseJson } from '../json-value'
import { compileSchema } from '../schema/compile-schema'
import { compileWriter } from '../schema/schema-writer'
import { textOfValue } from '../stringify-value'
import { parseDescriptorSet } from './parse-descriptors'

/**
 * What protoc makes of
 *   syntax = "proto3"; package shop.v1;
 *   enum Currency { KRW = 0; USD = 2; REFUND = -1; }
 *   message Order {
 *     int64 order_id = 1; map<string, Line> lines = 2; map<int32, Status> history = 3; Status status = 4;
 *     oneof payer { string name = 5; bytes token = 6; } repeated uint32 counts = 7; Currency currency = 8;
 *     enum Status { UNKNOWN = 0; PAID = 1; }
 *     message Line { string sku = 1; Price price = 2; message Price { uint64 units = 1; sint32 scale = 2; } }
 *   }
 */
const DESCRIPTORS = [
  'CuUECgtvcmRlci5wcm90bxIHc2hvcC52MSKRBAoFT3JkZXISGQoIb3JkZXJfaWQYASABKANSB29yZGVySWQSKAoFbGluZXMYAiAD',
  'KAsyGS5zaG9wLnYxLk9yZGVyLkxpbmVzRW50cnkSLAoHaGlzdG9yeRgDIAMoCzIbLnNob3AudjEuT3JkZXIuSGlzdG9yeUVudHJ5',
  'EiUKBnN0YXR1cxgEIAEoDjIVLnNob3AudjEuT3JkZXIuU3RhdHVzEg4KBG5hbWUYBSABKAlIABIPCgV0b2tlbhgGIAEoDEgAEg4K',
  'BmNvdW50cxgHIAMoDRIjCghjdXJyZW5jeRgIIAEoDjIRLnNob3AudjEuQ3VycmVuY3kaQQoKTGluZXNFbnRyeRILCgNrZXkYASAB',
  'KAkSIgoFdmFsdWUYAiABKAsyEy5zaG9wLnYxLk9yZGVyLkxpbmU6AjgBGkUKDEhpc3RvcnlFbnRyeRILCgNrZXkYASABKAUSJAoF',
  'dmFsdWUYAiABKA4yFS5zaG9wLnYxLk9yZGVyLlN0YXR1czoCOAEaZAoETGluZRILCgNza3UYASABKAkSKAoFcHJpY2UYAiABKAsy',
  'GS5zaG9wLnYxLk9yZGVyLkxpbmUuUHJpY2UaJQoFUHJpY2USDQoFdW5pdHMYASABKAQSDQoFc2NhbGUYAiABKBEiHwoGU3RhdHVz',
  'EgsKB1VOS05PV04QABIICgRQQUlEEAFCBwoFcGF5ZXIqMQoIQ3VycmVuY3kSBwoDS1JXEAASBwoDVVNEEAISEwoGUkVGVU5EEP//',
  '/////////wFiBnByb3RvMw==',
].join('')
const schema = { kind: 'protobuf' as const, text: DESCRIPTORS, references: [], descriptors: true }

/** An order as another library (protobufjs) wrote it by the same declarations. */
const ORDER = Buffer.from(
  '08fbffffffffffffffff0112170a016112120a0178120d08ffffffffffffffffff0110051a04080710012001320201023a0301ac0240ffffffffffffffffff01',
  'hex',
)
const TEXT =
  '{"orderId":-5,"lines":{"a":{"sku":"x","price":{"units":18446744073709551615,"scale":-3}}},"history":{"7":"PAID"},"status":"PAID","token":"AQI=","counts":[1,300],"currency":"REFUND"}'
const frame = (body: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, 0, 1, 0]), body])

test('messages inside messages, maps and enums of a descriptor set read what another library wrote', () => {
  const text = textOfValue(compileSchema(schema).read(frame(ORDER), 5, null))
  expect(JSON.parse(text)).toEqual(JSON.parse(TEXT))
  expect(text).toContain('"units":18446744073709551615')
})

test('and are written the same, field for field', () => {
  expect(compileWriter(schema).encode(parseJson(TEXT), TEXT).subarray(-ORDER.length)).toEqual(ORDER)
})

test('a map is no message of its own, and what is no descriptor set is refused', () => {
  const [file] = parseDescriptorSet(Buffer.from(DESCRIPTORS, 'base64'))
  expect(file?.messages[0]?.messages.map(one => one.name)).toEqual(['Line'])
  expect(file?.messages[0]?.fields.find(one => one.name === 'history')).toMatchObject({
    keyType: 'int32',
    type: '.shop.v1.Order.Status',
    repeated: true,
  })
  expect(() => parseDescriptorSet(Buffer.from('not a set'))).toThrow(DecodeError)
  expect(() => parseDescriptorSet(Buffer.alloc(0))).toThrow(DecodeError)
})
