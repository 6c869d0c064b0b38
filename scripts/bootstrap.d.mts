import type { SpawnOptions } from 'node:child_process'

interface LockFile {
  packages: Record<string, { version?: string; optional?: boolean }>
}

export const repoDir: string
export function fail(sentence: string): never
export function isInstalled(wanted: LockFile, installed: LockFile): boolean
export function ensurePackages(): Promise<void>
export function node24(): string
export function envWithPackages(): NodeJS.ProcessEnv
export function runNode24(script: string, args?: string[], options?: SpawnOptions): Promise<number>
