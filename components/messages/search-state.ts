import type { ApiError } from '@/components/api/api-error'
import type { Problem } from '@/lib/contracts/common'
import type { EventOf } from '@/lib/contracts/endpoint'
import type { messages } from '@/lib/contracts/messages'

type Event = EventOf<typeof messages.stream>
type DataOf<Name extends Event['event']> = Extract<Event, { event: Name }>['data']

export type Hit = DataOf<'record'>
export type Progress = DataOf<'progress'>
export type Done = DataOf<'done'>

/**
 * `running` until `done`; `stopped` by the reader, `lost` when the stream broke off, `failed` when the server
 * refused.
 */
export type SearchState = {
  phase: 'idle' | 'connecting' | 'queued' | 'running' | 'done' | 'stopped' | 'lost' | 'failed'
  /** Hits in the order of the search; of a tail the newest stand first. */
  hits: readonly Hit[]
  tail: boolean
  queued: DataOf<'queued'> | null
  started: DataOf<'started'> | null
  progress: Progress | null
  done: Done | null
  error: ApiError | null
  /** Parts that are not read, and batches that were left out, as far as they were told before the end. */
  problems: readonly Problem[]
  /** Scopes of problems of a tail that are over, the latest last. */
  recovered: readonly string[]
  /** Records of a tail that the server left out or that no longer fit here. */
  skipped: number
  /** Records of a tail that came at all. */
  arrived: number
}

/** Is more to come? */
export const isRunning = (phase: SearchState['phase']): boolean =>
  phase === 'connecting' || phase === 'queued' || phase === 'running'

export const EMPTY_SEARCH: SearchState = {
  phase: 'idle',
  hits: [],
  tail: false,
  queued: null,
  started: null,
  progress: null,
  done: null,
  error: null,
  problems: [],
  recovered: [],
  skipped: 0,
  arrived: 0,
}

export type SearchAction =
  | { type: 'start'; goesOn: boolean; tail: boolean }
  | { type: 'events'; events: readonly Event[] }
  | { type: 'stopped' }
  | { type: 'closed' }
  | { type: 'failed'; error: ApiError }

/** A tab holds so many hits of a search, and so many records of a tail; more make it slow. */
export const HITS_MAX = 10_000
export const TAIL_MAX = 2_000
const PROBLEMS_MAX = 50

/** The state after an action. Hits are only ever added at the end (search) or at the front (tail), and bounded. */
export function searchReducer(state: SearchState, action: SearchAction): SearchState {
  switch (action.type) {
    case 'start':
      return {
        ...EMPTY_SEARCH,
        phase: 'connecting',
        tail: action.tail,
        hits: action.goesOn ? state.hits : [],
      }
    case 'events':
      return action.events.reduce(applyEvent, addHits(state, action.events))
    case 'stopped':
      return isRunning(state.phase) ? { ...state, phase: 'stopped' } : state
    case 'closed':
      return isRunning(state.phase) ? { ...state, phase: 'lost' } : state
    case 'failed':
      // A stream that had begun was lost; one that never began was refused.
      return { ...state, phase: state.started ? 'lost' : 'failed', error: action.error }
  }
}

function addHits(state: SearchState, events: readonly Event[]): SearchState {
  const come = events.flatMap(one => (one.event === 'record' ? [one.data] : []))
  if (come.length === 0) return state
  const arrived = state.arrived + come.length
  if (state.tail) return { ...state, arrived, hits: [...come.reverse(), ...state.hits].slice(0, TAIL_MAX) }
  return { ...state, arrived, hits: [...state.hits, ...come].slice(0, HITS_MAX) }
}

function applyEvent(state: SearchState, { event, data }: Event): SearchState {
  switch (event) {
    case 'queued':
      return { ...state, phase: 'queued', queued: data }
    case 'started':
      return { ...state, phase: 'running', queued: null, started: data }
    case 'progress':
      return { ...state, phase: 'running', queued: null, progress: data }
    case 'problem':
      return {
        ...state,
        problems: [...state.problems, data].slice(0, PROBLEMS_MAX),
        recovered: state.recovered.filter(scope => scope !== data.scope),
      }
    case 'recovered':
      return recover(state, data)
    case 'skipped':
      return { ...state, skipped: state.skipped + data.records }
    case 'done':
      return { ...state, phase: 'done', done: data }
    default:
      return state
  }
}

function recover(state: SearchState, { scope, code }: DataOf<'recovered'>): SearchState {
  return {
    ...state,
    problems: state.problems.filter(one => one.scope !== scope || one.code !== code),
    recovered: [...state.recovered.filter(one => one !== scope), scope].slice(-PROBLEMS_MAX),
  }
}
