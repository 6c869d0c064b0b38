'use client'

import { setNonce } from 'get-nonce'
import { createContext, type ReactNode, useContext } from 'react'

const Nonce = createContext<string | undefined>(undefined)

/** The page's CSP nonce for the few libraries that add a style element (Radix Select, the scroll lock of dialogs). */
export function NonceProvider({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  // Rendered on both sides: on the server the module is shared between requests, so only the browser may set it.
  if (nonce && typeof window !== 'undefined') setNonce(nonce)
  return <Nonce.Provider value={nonce}>{children}</Nonce.Provider>
}

export function useNonce(): string | undefined {
  return useContext(Nonce)
}
