'use client'

import { Download, FileUp, Square } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { useErrorWords } from '@/components/api/use-error-words'
import { ActionButton, Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { ProgressBar } from '@/components/ui/progress'
import { Status } from '@/components/ui/status'
import { Num } from '@/components/ui/value'
import { formatBytes } from '@/lib/format'
import { LINE_CHARS_MAX } from './send-file'
import { type FileRun, useSendFile } from './use-send-file'

const EXAMPLE =
  '{"key": {"data": "order-1"}, "value": {"encoding": "json", "data": "{\\"id\\": 1}"}, "headers": [{"name": "source", "value": {"data": "file"}}]}'

/**
 * Many records from an NDJSON file: checked line by line without sending, then sent with a bar, and what
 * became of each.
 */
export function FilePanel({
  cluster,
  topic,
  reason,
}: {
  cluster: string
  topic: string
  reason: string | null
}) {
  const t = useTranslations('produce.file')
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File | null>(null)
  const { run, start, stop, forget } = useSendFile(cluster, topic)
  const running = run?.state === 'running'
  const choose = (chosen: File | undefined) => {
    if (!chosen) return
    forget()
    setFile(chosen)
  }
  const checked = run?.dryRun === true && run.state === 'done'
  const none = file === null ? t('needFile') : null
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3 overflow-auto p-4">
      <p className="max-w-180 text-text-2">{t('help')}</p>
      <pre
        className="mono-sm max-w-240 shrink-0 whitespace-pre-wrap break-words rounded-control bg-sunken px-3 py-2"
        translate="no"
      >
        {EXAMPLE}
      </pre>
      <div className="flex flex-wrap items-center gap-2">
        <input
          ref={input}
          type="file"
          accept=".ndjson,.jsonl,.json,application/x-ndjson"
          aria-label={t('choose')}
          className="sr-only"
          tabIndex={-1}
          onChange={event => {
            choose(event.target.files?.[0])
            event.target.value = ''
          }}
        />
        <Button icon={<FileUp size={14} />} disabled={running} onClick={() => input.current?.click()}>
          {t('choose')}
        </Button>
        {file ? (
          <>
            <span className="mono-sm min-w-0 truncate">{file.name}</span>
            <span className="text-meta text-text-3">{formatBytes(file.size)}</span>
          </>
        ) : null}
        <span className="ml-auto flex flex-wrap items-center justify-end gap-2">
          {running ? (
            <Button icon={<Square size={12} />} onClick={stop}>
              {t('stop')}
            </Button>
          ) : null}
          <ActionButton
            reason={reason ?? none}
            busy={running && run.dryRun}
            onClick={() => file && !running && void start(file, true)}
          >
            {t('check')}
          </ActionButton>
          <ActionButton
            variant="primary"
            reason={reason ?? none ?? (checked || running ? null : t('checkFirst'))}
            busy={running && !run.dryRun}
            onClick={() => file && checked && void start(file, false)}
          >
            {checked ? t('send', { n: run.checked }) : t('sendFile')}
          </ActionButton>
        </span>
      </div>
      {run ? <RunReport run={run} /> : null}
    </div>
  )
}

function RunReport({ run }: { run: FileRun }) {
  const t = useTranslations('produce.file')
  const words = useErrorWords()
  const fine = run.dryRun ? run.checked : run.written
  const progress = t('progress', { done: run.done, percent: Math.floor(run.ratio * 100) })
  return (
    <section aria-label={t('report')} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1" aria-live="polite">
        <ProgressBar ratio={run.ratio} label={progress} className="w-48" />
        <span className="text-meta text-text-2">{progress}</span>
        {fine > 0 || run.refused + run.unknown === 0 ? (
          <Status kind="ok">{t(run.dryRun ? 'checked' : 'written', { n: fine })}</Status>
        ) : null}
        {run.refused > 0 ? <Status kind="error">{t('refused', { n: run.refused })}</Status> : null}
        {run.unknown > 0 ? <Status kind="unknown">{t('unknown', { n: run.unknown })}</Status> : null}
        {run.state === 'stopped' ? <span className="text-meta text-text-2">{t('stopped')}</span> : null}
        {run.state !== 'running' && run.done > 0 ? (
          <Button size="sm" icon={<Download size={14} />} onClick={() => saveResults(run.results)}>
            {t('results')}
          </Button>
        ) : null}
      </div>
      {run.tooLong === null ? null : (
        <Notice tone="error">
          {t('lineTooLong', { line: run.tooLong, limit: formatBytes(LINE_CHARS_MAX) })}
        </Notice>
      )}
      {run.unknown > 0 ? <Notice tone="warn">{t('unknownHelp')}</Notice> : null}
      {run.error ? <Notice tone="error">{words(run.error.code, run.error.params).title}</Notice> : null}
      {run.problems.length > 0 ? (
        <table className="w-full max-w-240 text-left">
          <thead className="text-meta text-text-3">
            <tr>
              <th className="w-20 py-1 font-medium max-sm:w-12">{t('line')}</th>
              <th className="w-32 py-1 font-medium max-sm:w-20">{t('outcome')}</th>
              <th className="py-1 font-medium">{t('why')}</th>
            </tr>
          </thead>
          <tbody>
            {run.problems.map(one => (
              <tr key={one.line} className="border-t border-line align-top">
                <td className="mono-sm py-1">
                  <Num value={one.line} />
                </td>
                <td className="py-1">{t(`outcomes.${one.outcome}`)}</td>
                <td className="py-1 text-text-2">
                  <Why item={one} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </section>
  )
}

/** In the reader's language where the code and its parameters say it, else in the server's words. */
function Why({ item: { code, params, line, message } }: { item: FileRun['problems'][number] }) {
  const words = useErrorWords()
  if (code === null) return null
  const { title, hint } = words(code, { ...params, line })
  const isSaid = params !== undefined && hint !== null
  return (
    <>
      {title}
      {isSaid ? <span className="ml-2 text-text-3">{hint}</span> : null}
      {!isSaid && message ? <span className="mono-sm ml-2 text-text-3">{message}</span> : null}
    </>
  )
}

function saveResults(results: Blob): void {
  const href = URL.createObjectURL(results)
  const link = document.createElement('a')
  link.href = href
  link.download = 'outcomes.ndjson'
  link.click()
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(href), 60_000)
}
