import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { BackwardReading, HistoryReading } from '../core/agents/usage.js';

const lineFeed = 0x0a;
/** Blocks of the size that the end of a transcript is read in; most answers stand in the first. */
const tailBlock = 64 * 1024;
/** Blocks of the size that a whole transcript is read in: they stay in the processor's cache while they are searched. */
const historyBlock = 256 * 1024;
const fingerprintLength = 4096;

/** A part of a file: `read` fills the buffer from this place and gives how much there was. */
export interface ByteSource {
  readonly size: number;
  read(buffer: Buffer, position: number, length: number): number;
}

/** What a file was when it was opened: the same file grown keeps `id`, a replaced one has another. */
export interface OpenTranscript extends ByteSource {
  /** Device and inode, where the system has them. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly changed: number;
}

/**
 * Opens a transcript. The caller closes it.
 * @throws what the file system says when the file cannot be opened; an error when it is a folder (code `EISDIR`), a pipe or a device
 */
export function openTranscript(file: string): { readonly source: OpenTranscript; close(): void } {
  // A pipe must not be waited for (Windows has no such flag and no such files).
  const handle = openSync(file, constants.O_RDONLY | ((constants as { O_NONBLOCK?: number }).O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) throw Object.assign(new Error(stats.isDirectory() ? 'it is a folder' : 'it is no regular file'), stats.isDirectory() ? { code: 'EISDIR' } : {});
    const { size, dev, ino, mtimeMs } = stats;
    return {
      source: { size, id: `${String(dev)}:${String(ino)}`, changed: mtimeMs, read: (buffer, position, length) => readSync(handle, buffer, 0, length, position) },
      close: () => { closeSync(handle); },
    };
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

/**
 * Opens a transcript, gives it to `use`, and closes it, whatever happens.
 * @throws what the file system says when the file cannot be opened or is a folder
 */
export function withTranscript<T>(file: string, use: (transcript: OpenTranscript) => T): T {
  const { source, close } = openTranscript(file);
  try {
    return use(source);
  } finally {
    close();
  }
}

/** Two 32-bit multiplicative hashes side by side (FNV-1a and a variant): not against an attacker, only to tell contents apart. */
function hashOf(bytes: Uint8Array): string {
  let [a, b] = [0x811c9dc5, 0x41c6ce57];
  for (const byte of bytes) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x5bd1e995) ^ (b >>> 13);
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0');
}

/** A hash of the bytes before this place: lines with ids and times, which no other content repeats. */
export function fingerprint(source: ByteSource, reached: number): string {
  const length = Math.min(fingerprintLength, reached);
  const buffer = Buffer.allocUnsafe(length);
  const read = source.read(buffer, reached - length, length);
  return hashOf(buffer.subarray(0, read));
}

/** Splits blocks that come from the end of a file into lines, the newest first. A line may span any number of blocks. */
class BackwardLines {
  /** Pieces of the line whose beginning is not read yet, the newest first. */
  private pieces: Buffer[] = [];

  constructor(private readonly reading: BackwardReading) {}

  /** Takes the block before the last one, which starts at this byte. It is not kept. */
  take(block: Buffer, start: number): void {
    let end = block.length;
    const { seeks } = this.reading;
    if (seeks && !seeks.some((text) => block.includes(text))) {
      // Nothing in here matters; only the lines that reach over its ends need a look.
      const last = block.lastIndexOf(lineFeed);
      if (last >= 0) {
        this.emit(block.subarray(last + 1), start + last + 1);
        end = block.indexOf(lineFeed);
      }
    }
    while (end > 0) {
      const feed = block.lastIndexOf(lineFeed, end - 1);
      if (feed < 0) break;
      this.emit(block.subarray(feed + 1, end), start + feed + 1);
      if (this.reading.until >= start + feed) return;
      end = feed;
    }
    if (end > 0) this.pieces.push(Buffer.from(block.subarray(0, end)));
  }

  /** The file's beginning is reached. */
  finish(): void {
    this.emit(Buffer.alloc(0), 0);
  }

  private emit(piece: Buffer, start: number): void {
    const line = this.pieces.length === 0 ? piece : Buffer.concat([piece, ...this.pieces.reverse()]);
    this.pieces = [];
    if (line.length === 0) return;
    const { seeks } = this.reading;
    if (seeks && !seeks.some((text) => line.includes(text))) return;
    this.reading.older(line.toString('utf8'), start);
  }
}

/** The blocks of a file from its end that a reading still needs. */
function* blocksBackward(size: number, reading: BackwardReading): Generator<{ start: number; length: number }> {
  let end = size;
  let length = tailBlock;
  while (end > 0 && reading.until < end) {
    const start = Math.max(0, end - length);
    yield { start, length: end - start };
    end = start;
    // Far from the end fewer, larger reads are faster.
    length = Math.min(historyBlock, length * 2);
  }
}

/** Reads a transcript backwards, blocking, until the reading needs no more: for the command line, and for what is known to be short. */
export function readTail(source: ByteSource, reading: BackwardReading): void {
  const lines = new BackwardLines(reading);
  let buffer = Buffer.allocUnsafe(Math.min(tailBlock, source.size));
  let reached = source.size;
  for (const { start, length } of blocksBackward(source.size, reading)) {
    if (buffer.length < length) buffer = Buffer.allocUnsafe(length);
    lines.take(buffer.subarray(0, source.read(buffer, start, length)), start);
    reached = start;
  }
  if (reached === 0) lines.finish();
}

/** Gives the event loop a turn. */
const nextTurn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

/** As `readTail`, giving the event loop a turn whenever this many milliseconds are over. @throws the signal's reason when it aborts */
export async function readTailInSlices(source: ByteSource, reading: BackwardReading, signal?: AbortSignal, sliceMs = 4): Promise<void> {
  const lines = new BackwardLines(reading);
  let buffer = Buffer.allocUnsafe(Math.min(tailBlock, source.size));
  let reached = source.size;
  let began = performance.now();
  for (const { start, length } of blocksBackward(source.size, reading)) {
    if (performance.now() - began > sliceMs) {
      await nextTurn();
      signal?.throwIfAborted();
      began = performance.now();
    }
    if (buffer.length < length) buffer = Buffer.allocUnsafe(length);
    lines.take(buffer.subarray(0, source.read(buffer, start, length)), start);
    reached = start;
  }
  if (reached === 0) lines.finish();
}

/** What reads lines in their order asks for them and takes them. */
type ForwardReading = Pick<HistoryReading, 'seeks' | 'newer'>;

/** Finds the lines that a history reading asks for in the whole lines of a buffer. */
function deliver(lines: Buffer, reading: ForwardReading): void {
  let texts = reading.seeks;
  let next = texts.map((text) => lines.indexOf(text));
  for (;;) {
    const hit = Math.min(...next.map((at) => (at < 0 ? Infinity : at)));
    if (hit === Infinity) return;
    const start = lines.lastIndexOf(lineFeed, hit) + 1;
    const feed = lines.indexOf(lineFeed, hit);
    const end = feed < 0 ? lines.length : feed;
    reading.newer(lines.toString('utf8', start, end));
    const wanted = reading.seeks;
    if (wanted.length === texts.length) next = next.map((at, index) => (at >= 0 && at < end ? lines.indexOf(texts[index] ?? '', end) : at));
    else {
      texts = wanted;
      next = texts.map((text) => lines.indexOf(text, end));
    }
  }
}

/** Feeds a history reading block by block; each step reads one block. After the last, `reached` is where the last whole line ends. */
class ForwardScan {
  private buffer = Buffer.allocUnsafe(historyBlock);
  /** Bytes of an unfinished line at the buffer's beginning. */
  private kept = 0;

  constructor(private readonly source: ByteSource, private readonly reading: ForwardReading, public reached: number, private readonly end: number) {}

  /** False when the end was reached. */
  step(): boolean {
    const position = this.reached + this.kept;
    if (position >= this.end) return false;
    if (this.kept === this.buffer.length) {
      // A line longer than the buffer: doubling keeps the copying linear.
      const larger = Buffer.allocUnsafe(this.buffer.length * 2);
      this.buffer.copy(larger, 0, 0, this.kept);
      this.buffer = larger;
    }
    const target = this.buffer.subarray(this.kept);
    const read = this.source.read(target, position, Math.min(target.length, this.end - position));
    if (read <= 0) return false;
    const filled = this.kept + read;
    const feed = target.lastIndexOf(lineFeed, read - 1);
    if (feed < 0) {
      this.kept = filled;
      return true;
    }
    const whole = this.kept + feed + 1;
    deliver(this.buffer.subarray(0, whole), this.reading);
    this.buffer.copy(this.buffer, 0, whole, filled);
    this.kept = filled - whole;
    this.reached += whole;
    if (this.kept < historyBlock && this.buffer.length > 4 * historyBlock) {
      const smaller = Buffer.allocUnsafe(historyBlock);
      this.buffer.copy(smaller, 0, 0, this.kept);
      this.buffer = smaller;
    }
    return true;
  }

  /** A last line without its line feed, given as it stands: whole, or half-written and skipped by the reading. */
  get unfinished(): string {
    return this.kept === 0 ? '' : this.buffer.toString('utf8', 0, this.kept);
  }
}

/** Where a history reading stands: the byte after the last whole line it has taken, and the line that is not finished yet. */
export interface HistoryPlace {
  readonly reached: number;
  readonly unfinished: string;
}

/** Reads a transcript from this byte to its end, blocking. */
export function readHistory(source: ByteSource, reading: ForwardReading, from = 0): HistoryPlace {
  const scan = new ForwardScan(source, reading, from, source.size);
  while (scan.step());
  return { reached: scan.reached, unfinished: scan.unfinished };
}

/** As `readHistory`, giving the event loop a turn whenever this many milliseconds are over. @throws the signal's reason when it aborts */
export async function readHistoryInSlices(source: ByteSource, reading: ForwardReading, from = 0, signal?: AbortSignal, sliceMs = 4): Promise<HistoryPlace> {
  const scan = new ForwardScan(source, reading, from, source.size);
  let began = performance.now();
  while (scan.step()) {
    if (performance.now() - began <= sliceMs) continue;
    await nextTurn();
    signal?.throwIfAborted();
    began = performance.now();
  }
  return { reached: scan.reached, unfinished: scan.unfinished };
}

/** The first whole lines within this many bytes, as texts: enough to tell whose transcript it is and where it began. */
export function readHead(source: ByteSource, length = tailBlock): string[] {
  const buffer = Buffer.allocUnsafe(Math.min(length, source.size));
  const read = source.read(buffer, 0, buffer.length);
  const whole = read < source.size ? buffer.lastIndexOf(lineFeed, Math.max(0, read - 1)) : read;
  return whole <= 0 ? [] : buffer.toString('utf8', 0, whole).split('\n');
}
