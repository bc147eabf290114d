import '@vscode/codicons/dist/codicon.css';
import './page.css';
import { Page, type Host } from './page.js';
import { registerComponents } from './toolkit.js';

declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();
registerComponents();
const page = new Page(document.body, host);
window.addEventListener('message', (event: MessageEvent<unknown>) => { page.receive(event.data); });
host.postMessage({ type: 'ready' });
