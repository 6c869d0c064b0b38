import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { repo } from './tree.ts'

/** A small repository in a temporary folder with our packages and our configuration, and planted files. */
export class Planted {
  readonly dir = mkdtempSync(join(tmpdir(), 'milena-planted-'))

  constructor(configuration: string[], files: Record<string, string>) {
    symlinkSync(join(repo, 'node_modules'), join(this.dir, 'node_modules'))
    for (const file of configuration) copyFileSync(join(repo, file), join(this.dir, file))
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.dir, path)), { recursive: true })
      writeFileSync(join(this.dir, path), text)
    }
  }

  /** Runs a package's script in the folder. */
  run(script: string, args: string[]): Promise<{ code: number; output: string }> {
    const command = [join(repo, 'node_modules', script), ...args]
    const child = spawn(process.execPath, command, { cwd: this.dir, env: { ...process.env, NO_COLOR: '1' } })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    return new Promise(resolve => child.once('close', code => resolve({ code: code ?? 1, output })))
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }
}
