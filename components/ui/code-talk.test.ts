import { expect, it } from 'vitest'
import { type Answer, type Question, type Talker, talkWith } from './code-talk'

/** A worker that says only what it is told to, also after its end, as browsers' do whose scripts still load. */
function toldWorker() {
  const asked: (Question | 'end')[] = []
  const worker: Talker = {
    onmessage: null,
    onerror: null,
    postMessage: question => asked.push(question),
    terminate: () => asked.push('end'),
  }
  const say = (data: Answer) => worker.onmessage?.({ data } as MessageEvent<Answer>)
  const fail = () => worker.onerror?.({} as ErrorEvent)
  return { worker, asked, say, fail }
}

it('asks, hands on what is answered, and an error as a failure', () => {
  const { worker, asked, say, fail } = toldWorker()
  const heard: Answer[] = []
  const { ask } = talkWith(worker, answer => heard.push(answer))
  ask({ ask: 'layOut', mode: 'raw' })
  say({ tell: 'opened', json: true, chars: 5 })
  fail()
  expect(asked).toEqual([{ ask: 'layOut', mode: 'raw' }])
  expect(heard).toEqual([{ tell: 'opened', json: true, chars: 5 }, { tell: 'failed' }])
})

it('a worker that was ended is not heard any more, whatever it tells late', () => {
  const { worker, asked, say, fail } = toldWorker()
  const heard: Answer[] = []
  talkWith(worker, answer => heard.push(answer)).end()
  fail()
  say({ tell: 'failed' })
  say({ tell: 'opened', json: false, chars: 1 })
  expect(asked).toEqual(['end'])
  expect(heard).toEqual([])
})
