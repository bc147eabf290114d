import { readableText } from '../links/untrustedText.js';
import { objectOf, parseRecord, textOf, type TranscriptRecord } from './record.js';

/*
 * One moment of a transcript as plain text, for a person to read: what was said, run or edited, and what came of it.
 */

/** Longer pieces are cut: a moment is looked at, not studied. */
const longestPiece = 20_000;

const listOf = (value: unknown): TranscriptRecord[] => (Array.isArray(value) ? value.filter((one): one is TranscriptRecord => typeof one === 'object' && one !== null) : []);
const inFull = (value: unknown): string => (typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value, undefined, 2));
const shortened = (text: string): string => (text.length > longestPiece ? `${text.slice(0, longestPiece)}\n[…]` : text);

function resultText(content: unknown): string {
  return typeof content === 'string' ? content : listOf(content).map((part) => textOf(part, 'text') ?? '').join('\n');
}

/** A tool's input: a command as it is typed, an edit as what went and what came, else its fields. */
function inputText(input: TranscriptRecord): string {
  const { command, file_path: path, old_string: before, new_string: after, content } = input;
  if (typeof command === 'string') return `$ ${command}`;
  const signed = (sign: string, text: string): string => text.split('\n').map((line) => `${sign} ${line}`).join('\n');
  if (typeof path === 'string' && typeof before === 'string' && typeof after === 'string') return `${path}\n${signed('-', before)}\n${signed('+', after)}`;
  if (typeof path === 'string' && typeof content === 'string') return `${path}\n${signed('+', content)}`;
  return inFull(input);
}

function claudeText(record: TranscriptRecord): string[] {
  const { content } = objectOf(record, 'message') ?? {};
  if (typeof content === 'string') return [content];
  return listOf(content).flatMap((block) => {
    switch (block.type) {
      case 'text': return [textOf(block, 'text') ?? ''];
      case 'tool_use': return [`[${textOf(block, 'name') ?? ''}]\n${inputText(objectOf(block, 'input') ?? {})}`];
      case 'tool_result': return [resultText(block.content)];
      default: return [];
    }
  });
}

function codexText(payload: TranscriptRecord): string[] {
  switch (payload.type) {
    case 'user_message': case 'agent_message': return [textOf(payload, 'message') ?? ''];
    case 'message': return [resultText(payload.content)];
    case 'function_call': return [`[${textOf(payload, 'name') ?? ''}]\n${inFull(payload.arguments)}`];
    case 'custom_tool_call': return [`[${textOf(payload, 'name') ?? ''}]\n${inFull(payload.input)}`];
    case 'function_call_output': case 'custom_tool_call_output': return [inFull(payload.output)];
    default: return [];
  }
}

/**
 * Records as text, one after the other, each under its time and who it is of. Lines that cannot be read are left out.
 * @param lines of the transcript, the oldest first
 */
export function momentText(lines: readonly string[]): string {
  return lines.flatMap((line) => {
    const record = parseRecord(line);
    if (!record) return [];
    const payload = objectOf(record, 'payload');
    const pieces = (payload ? codexText(payload) : claudeText(record)).map((piece) => shortened(readableText(piece)).trim()).filter(Boolean);
    if (pieces.length === 0) return [];
    const who = payload ? textOf(payload, 'role') ?? textOf(payload, 'type') ?? '' : textOf(record, 'type') ?? '';
    return [`── ${[textOf(record, 'timestamp'), who].filter(Boolean).join(' · ')} ──\n\n${pieces.join('\n\n')}`];
  }).join('\n\n');
}
