import { parentPort } from 'node:worker_threads';
import { scanTexts } from './secretScan.js';

// One question at a time: `{ id, texts }` in, `{ id, findings }` or `{ id, error }` out.
parentPort?.on('message', ({ id, texts }: { id: number; texts: readonly string[] }) => {
  scanTexts(texts).then(
    (findings) => parentPort?.postMessage({ id, findings }),
    (error: unknown) => parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) }),
  );
});
