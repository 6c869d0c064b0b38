import { spawnSync } from 'node:child_process'
import { describe, expect, it, vi } from 'vitest'
import { hashPassword, parsePasswordHash, verifyPassword } from './password'

// A hash is made to be slow, and other tests have the cores.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

describe('password', () => {
  it('is known again by its hash, however its letters are composed, and nothing else is', async () => {
    const hash = await hashPassword('pässwörd 한글')
    expect(hash).toMatch(/^\$scrypt\$N=32768,r=8,p=3\$/)
    expect(await verifyPassword('pässwörd 한글'.normalize('NFD'), hash)).toBe(true)
    expect(await verifyPassword('passwörd 한글', hash)).toBe(false)
    expect(await verifyPassword('', hash)).toBe(false)
    expect(await verifyPassword('x'.repeat(2000), hash)).toBe(false)
  })

  it('has another salt each time', async () => {
    expect(await hashPassword('same')).not.toBe(await hashPassword('same'))
  })

  it('takes as much work for an unknown user, a broken hash and an endless password as for a known one', async () => {
    const hash = await hashPassword('right')
    const cpuMs = async (run: () => Promise<boolean>) => {
      const before = process.cpuUsage()
      expect(await run()).toBe(false)
      return process.cpuUsage(before).user / 1000
    }
    const known = await cpuMs(() => verifyPassword('wrong', hash))
    for (const run of [
      () => verifyPassword('wrong', null),
      () => verifyPassword('wrong', 'no hash'),
      () => verifyPassword('x'.repeat(1_000_000), hash),
    ]) {
      // CPU time, not the clock, which other tests disturb; half leaves room for noise, no check at all would
      // be a hundredth.
      expect(await cpuMs(run)).toBeGreaterThan(known / 2)
    }
  })

  it.each([
    ['', 'empty'],
    ['$2b$10$abcdefghijklmnopqrstuv', 'bcrypt'],
    [
      '$scrypt$N=32767,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g',
      'no power of two',
    ],
    ['$scrypt$N=1048576,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g', '1 GiB'],
    [
      '$scrypt$N=16384,r=8,p=99$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g',
      'minutes of work',
    ],
    ['$scrypt$N=16384,r=8,p=1$short$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g', 'a short salt'],
    ['$scrypt$N=16384,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaA', 'a short hash'],
  ])('refuses %s (%s)', hash => {
    expect(parsePasswordHash(hash)).toBeNull()
  })

  it('hashes from the command line', async () => {
    const run = (input: string) =>
      spawnSync(process.execPath, ['scripts/hash-password.mjs'], { input, encoding: 'utf8' })
    const { stdout, status } = run('correct horse battery\n')
    expect(status).toBe(0)
    expect(await verifyPassword('correct horse battery', stdout.trim())).toBe(true)
    expect(run('short\n')).toMatchObject({ status: 1, stderr: expect.stringContaining('TOO_SHORT') })
  })
})
