import { DrizzleQueryError } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { createLogger, withoutSecrets } from './log'

function logged(run: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = []
  run(createLogger('debug', { write: line => lines.push(line) }))
  return lines.join('')
}

const failedQuery = () =>
  new DrizzleQueryError(
    'insert into a values ($1, $2)',
    ['hunter2', 'two\n    at lines of hunter2'],
    new Error('no such table'),
  )

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
  ['a failed query', log => log.error({ err: failedQuery() }, 'x')],
  [
    'a failed query that is a cause',
    log => log.error({ err: new Error('y', { cause: failedQuery() }) }, 'x'),
  ],
  ['a failed query given by itself', log => log.error(failedQuery())],
  ['a JAAS line', log => log.warn('x.PlainLoginModule required username="u" password="hunter2";')],
  ['a database URL', log => log.info({ config: { databaseUrl: 'postgresql://u:hunter2@db/x' } }, 'x')],
])('no secret of %s is logged', (_, run) => {
  const text = logged(run)
  expect(text).toContain('"level"')
  expect(text).not.toContain('hunter2')
})

it('tells the query that failed, and why', () => {
  const text = logged(log => log.error({ err: failedQuery() }, 'x'))
  expect(text).toContain('insert into a values ($1, $2)')
  expect(text).toContain('no such table')
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
