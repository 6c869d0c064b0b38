import { expect, it } from 'vitest'
import { createLogger, withoutSecrets } from './log'

function logged(run: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = []
  run(createLogger('debug', { write: line => lines.push(line) }))
  return lines.join('')
}

it.each<[string, (log: ReturnType<typeof createLogger>) => void]>([
  ['a password field', log => log.info({ password: 'hunter2' }, 'x')],
  ['one level down', log => log.info({ sasl: { username: 'u', password: 'hunter2' } }, 'x')],
  ['three levels down', log => log.info({ a: { b: { c: { token: 'hunter2' } } } }, 'x')],
  [
    'request headers',
    log => log.info({ req: { headers: { authorization: 'Bearer hunter2', cookie: 'a=hunter2' } } }, 'x'),
  ],
  ['a message', log => log.info('connecting to postgresql://u:hunter2@db/x')],
  ['an error', log => log.error({ err: new Error('bad url postgresql://u:hunter2@db/x') }, 'x')],
  [
    'an error’s cause',
    log => log.error({ err: new Error('x', { cause: new Error('password="hunter2"') }) }, 'x'),
  ],
  ['an error given by itself', log => log.error(new Error('Authorization: Bearer hunter2hunter2'))],
  ['a JAAS line', log => log.warn('x.PlainLoginModule required username="u" password="hunter2";')],
  ['a database URL', log => log.info({ config: { databaseUrl: 'postgresql://u:hunter2@db/x' } }, 'x')],
])('no secret of %s is logged', (_, run) => {
  const text = logged(run)
  expect(text).toContain('"level"')
  expect(text).not.toContain('hunter2')
})

it('keeps what is no secret', () => {
  const text = logged(log =>
    log.info({ topic: 'order.order.created', user: 'kim' }, 'created at https://host:8080/path'),
  )
  expect(JSON.parse(text)).toMatchObject({
    topic: 'order.order.created',
    user: 'kim',
    msg: 'created at https://host:8080/path',
  })
  expect(withoutSecrets('mail to a@b.example about partition 3')).toBe(
    'mail to a@b.example about partition 3',
  )
})

it('writes nothing below its level', () => {
  const lines: string[] = []
  createLogger('warn', { write: line => lines.push(line) }).info('quiet')
  expect(lines).toEqual([])
})
