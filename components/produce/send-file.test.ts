import { expect, test } from 'vitest'
import { BATCH_LINES_MAX } from '@/lib/contracts/produce'
import { batchesOf, type FileBatch, LineTooLong } from './send-file'

/** The text as a file that is read in chunks of so many bytes. */
function fileOf(text: string, chunkBytes = 7): ReadableStream<Uint8Array<ArrayBuffer>> {
  const bytes = new TextEncoder().encode(text)
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(at, at + chunkBytes))
      at += chunkBytes
    },
  })
}

async function read(
  file: ReadableStream<Uint8Array<ArrayBuffer>>,
  lineCharsMax?: number,
): Promise<FileBatch[]> {
  const batches: FileBatch[] = []
  for await (const batch of batchesOf(file, lineCharsMax)) batches.push(batch)
  return batches
}

test('lines keep their numbers, whatever stands between them and wherever the file is cut', async () => {
  const text = '{"a":"한글"}\r\n\n  \n{"b":2}'
  for (const chunk of [1, 2, 5, 1000])
    expect(await read(fileOf(text, chunk))).toEqual([
      { lines: ['{"a":"한글"}', '{"b":2}'], numbers: [1, 4], bytesRead: Buffer.byteLength(text) },
    ])
  expect(await read(fileOf('\n\n'))).toEqual([])
})

test('pieces are bounded in lines and in characters, and lose nothing', async () => {
  const many = await read(
    fileOf(Array.from({ length: BATCH_LINES_MAX * 2 + 1 }, (_, i) => `{"i":${i}}`).join('\n'), 1000),
  )
  expect(many.map(batch => batch.lines.length)).toEqual([BATCH_LINES_MAX, BATCH_LINES_MAX, 1])
  expect(many.flatMap(batch => batch.numbers)).toHaveLength(BATCH_LINES_MAX * 2 + 1)
  const large = await read(fileOf(Array.from({ length: 5 }, () => 'x'.repeat(150_000)).join('\n'), 65_536))
  expect(large.map(batch => batch.numbers)).toEqual([[1, 2], [3, 4], [5]])
  const longer = await read(fileOf(`a\n${'y'.repeat(2_000_000)}\nb`, 65_536))
  expect(longer.map(batch => batch.numbers)).toEqual([[1], [2], [3]])
})

test('a line that does not end is refused by its number, before it fills the memory', async () => {
  await expect(read(fileOf(`{}\n${'x'.repeat(3_000)}`, 100), 1_000)).rejects.toEqual(new LineTooLong(2))
})
