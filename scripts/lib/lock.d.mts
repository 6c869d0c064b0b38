export function tryLock(file: string): (() => void) | null
export function withLock<T>(file: string, work: () => Promise<T> | T, onWait?: () => void): Promise<T>
