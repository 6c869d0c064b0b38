'use client'

import { useEffect, useRef } from 'react'

/**
 * Keys as people write them: `j`, `shift+x`, `mod+k`, `/`, `escape`, `g t` (one after the other, within a
 * second). They are matched by physical code, so that they work under the Korean layout. Off while a person
 * types, composes, or a modal dialog is open; chords with `mod` (Command or Control) work everywhere. A
 * handler that answers false lets the key through.
 */
export type Hotkeys = Record<string, (event: KeyboardEvent) => unknown>

type Layer = { current: Hotkeys }
const layers: Layer[] = []
let pending = ''
let pendingAt = 0

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable) return true
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'submit', 'range'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

function modalIsOpen(): boolean {
  return document.body.hasAttribute('data-scroll-locked')
}

const CODES: Record<string, string> = {
  Slash: '/',
  BracketLeft: '[',
  BracketRight: ']',
  Period: '.',
  Comma: ',',
  NumpadEnter: 'enter',
}

/** `KeyJ` → `j`, `Digit1` → `1`, `Slash` → `/`; others in lower case. */
function keyName(code: string): string {
  return CODES[code] ?? code.replace(/^(Key|Digit)/, '').toLowerCase()
}

function chord(event: KeyboardEvent): string {
  const parts: string[] = []
  if (event.metaKey || event.ctrlKey) parts.push('mod')
  if (event.altKey) parts.push('alt')
  if (event.shiftKey) parts.push('shift')
  parts.push(keyName(event.code))
  return parts.join('+')
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.key === 'Process') return
  const pressed = chord(event)
  const everywhere = pressed.startsWith('mod+')
  if (!everywhere && (isTyping(event.target) || modalIsOpen())) return
  const sequence = pending && event.timeStamp - pendingAt < 1000 ? `${pending} ${pressed}` : null
  pending = ''
  for (const candidate of [sequence, pressed]) {
    if (candidate === null) continue
    // The layer mounted last wins: a drawer over a page, a page over the shell.
    for (let i = layers.length - 1; i >= 0; i--) {
      const handler = layers[i]?.current[candidate]
      if (!handler) continue
      if (handler(event) === false) continue
      event.preventDefault()
      return
    }
    if (candidate === sequence) return
  }
  const opens = layers.some(layer => Object.keys(layer.current).some(key => key.startsWith(`${pressed} `)))
  if (opens) {
    pending = pressed
    pendingAt = event.timeStamp
  }
}

/** Registers keys while the component is mounted. */
export function useHotkeys(keys: Hotkeys, enabled = true): void {
  const layer = useRef(keys)
  useEffect(() => {
    layer.current = keys
  })
  useEffect(() => {
    if (!enabled) return
    if (layers.length === 0) window.addEventListener('keydown', onKeyDown)
    layers.push(layer)
    return () => {
      const at = layers.indexOf(layer)
      if (at >= 0) layers.splice(at, 1)
      if (layers.length === 0) window.removeEventListener('keydown', onKeyDown)
    }
  }, [enabled])
}
