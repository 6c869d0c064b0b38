'use client'

import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { AT_ONCE_CHARS, type CodeContent, CodeDocument, type CodeMode } from './code-document'
import { type CodeTalk, type Question, talkWith } from './code-talk'
import type { Line } from './json-tokens'

const CHUNK_LINES = 200
const CHUNKS_KEPT = 60

export type CodeSource = { text: string; url?: undefined } | { url: string; text?: undefined }

export type CodeText = {
  state: 'reading' | 'ready' | 'failed'
  json: boolean
  chars: number
  content: CodeContent | null
  copy: () => string | Promise<string>
  retry: () => void
}

/**
 * A text ready to be drawn. A short one is laid out at once, a long one, or one at an address, by a worker of
 * its own.
 */
export function useCodeText(source: CodeSource, wantJson: boolean, wantRaw: boolean): CodeText {
  const { text } = source
  const short = text !== undefined && text.length <= AT_ONCE_CHARS ? text : null
  const here = useMemo(() => (short === null ? null : new CodeDocument(short, wantJson)), [short, wantJson])
  const far = useRemoteText(here ? null : source, wantJson, wantRaw)
  const mode: CodeMode = here?.json && !wantRaw ? 'json' : 'raw'
  const content = useMemo(() => here?.content(mode) ?? null, [here, mode])
  if (here === null || content === null) return far
  return {
    state: 'ready',
    json: here.json !== null,
    chars: here.source.length,
    content,
    copy: () => here.text(mode),
    retry: far.retry,
  }
}

type Opened = { json: boolean; chars: number }

function useRemoteText(source: CodeSource | null, wantJson: boolean, wantRaw: boolean): CodeText {
  const [attempt, setAttempt] = useState(0)
  const [opened, setOpened] = useState<Opened | null>(null)
  const [failed, setFailed] = useState(false)
  const [content, setContent] = useState<CodeContent | null>(null)
  const talk = useRef<CodeTalk | null>(null)
  const copying = useRef<(text: string) => void>(undefined)
  const text = source?.text
  const url = source?.url
  const wanted = source !== null
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` reads the same text once more
  useEffect(() => {
    setOpened(null)
    setContent(null)
    setFailed(false)
    if (!wanted) return
    const worker = new Worker(new URL('./code-worker.ts', import.meta.url), { type: 'module' })
    let lines: RemoteLines | null = null
    const own = talkWith(worker, data => {
      if (data.tell === 'opened') setOpened({ json: data.json, chars: data.chars })
      else if (data.tell === 'laidOut') {
        lines = new RemoteLines(data.mode, own.ask)
        setContent(lines.content(data.count, data.closes))
      } else if (data.tell === 'lines') lines?.take(data.mode, data.from, data.lines)
      else if (data.tell === 'text') copying.current?.(data.text)
      else setFailed(true)
    })
    talk.current = own
    own.ask(
      url === undefined
        ? { ask: 'open', json: wantJson, text: text ?? '' }
        : { ask: 'open', json: wantJson, url },
    )
    return () => {
      own.end()
      talk.current = null
    }
  }, [wanted, text, url, wantJson, attempt])
  const mode: CodeMode = opened?.json && !wantRaw ? 'json' : 'raw'
  useEffect(() => {
    if (opened) talk.current?.ask({ ask: 'layOut', mode })
  }, [opened, mode])
  const copy = useCallback(
    () =>
      new Promise<string>(resolve => {
        copying.current = resolve
        talk.current?.ask({ ask: 'text', mode })
      }),
    [mode],
  )
  return {
    state: failed ? 'failed' : content ? 'ready' : 'reading',
    json: opened?.json ?? false,
    chars: opened?.chars ?? 0,
    content,
    copy,
    retry: () => setAttempt(old => old + 1),
  }
}

/** Lines of a text that lies in a worker: asked for in chunks, the last ones kept. */
class RemoteLines {
  readonly #mode: CodeMode
  readonly #ask: (question: Question) => void
  readonly #chunks = new Map<number, readonly Line[] | null>()
  readonly #listeners = new Set<() => void>()
  #version = 0

  constructor(mode: CodeMode, ask: (question: Question) => void) {
    this.#mode = mode
    this.#ask = ask
  }

  content(count: number, closes: Uint32Array): CodeContent {
    return {
      mode: this.#mode,
      count,
      closes,
      lineAt: i => this.#lineAt(i),
      subscribe: listener => {
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
      version: () => this.#version,
    }
  }

  take(mode: CodeMode, from: number, lines: readonly Line[]): void {
    if (mode !== this.#mode) return
    this.#chunks.set(from / CHUNK_LINES, lines)
    this.#version++
    for (const listener of this.#listeners) listener()
  }

  #lineAt(i: number): Line | null {
    const chunk = Math.floor(i / CHUNK_LINES)
    const lines = this.#chunks.get(chunk)
    if (lines === undefined) {
      this.#chunks.set(chunk, null)
      const [oldest] = this.#chunks.keys()
      if (this.#chunks.size > CHUNKS_KEPT && oldest !== undefined) this.#chunks.delete(oldest)
      const from = chunk * CHUNK_LINES
      this.#ask({ ask: 'lines', mode: this.#mode, from, until: from + CHUNK_LINES })
    }
    return lines?.[i % CHUNK_LINES] ?? null
  }
}
