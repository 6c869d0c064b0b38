import { describe, expect, it } from 'vitest'
import { configMeaning, configText } from './config-meaning'

describe('what the value of a config means', () => {
  it.each([
    ['retention.ms', '604800000', '7d', '7일'],
    ['retention.ms', '-3600000', '−1h', '−1시간'],
    ['max.message.bytes', '2097152', '2 MiB', '2 MiB'],
    ['retention.ms', '-1', 'forever', '무기한'],
    ['retention.bytes', '-1', 'no limit', '제한 없음'],
    ['flush.messages', '9223372036854775807', 'no limit', '제한 없음'],
    ['local.retention.bytes', '-2', 'as retention.bytes', 'retention.bytes 값을 따름'],
  ])('%s=%s', (name, value, en, ko) => {
    expect(configMeaning(name, value, 'en')).toBe(en)
    expect(configMeaning(name, value, 'ko')).toBe(ko)
    expect(configText(name, value, 'en')).toBe(`${name}=${value} (${en})`)
  })

  it.each([
    ['segment.bytes', '-1'],
    ['local.retention.ms', '-1'],
    ['flush.ms', '900'],
    ['retention.ms', 'abc'],
    ['min.insync.replicas', '10000'],
    ['cleanup.policy', 'compact'],
  ])('%s=%s says enough by itself', (name, value) => {
    expect(configMeaning(name, value, 'en')).toBeNull()
    expect(configText(name, value, 'en')).toBe(`${name}=${value}`)
  })
})
