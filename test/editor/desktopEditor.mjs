#!/usr/bin/env node
// The desktop build for a suite in Restricted Mode: runTests always switches workspace trust off, this switches it on again.
// SESSION_HANDOFF_DESKTOP names the program; arguments and exit code are its own.
import { spawn } from 'node:child_process';

const child = spawn(process.env.SESSION_HANDOFF_DESKTOP ?? 'code', process.argv.slice(2).filter((argument) => argument !== '--disable-workspace-trust'), { stdio: 'inherit' });
child.on('error', (error) => { console.error(error.message); process.exit(1); });
child.on('exit', (code) => process.exit(code ?? 1));
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
