// Writes transcripts in the shapes of Claude Code (2.x) and Codex from a few words a step, for labelled cases and tests.
// Shapes: the project's facts on Claude Code (sample lines), checked against public transcripts (marot/spotter, daaain/claude-code-log, both MIT).

/**
 * @typedef {{ user?: string, say?: string, run?: string, out?: string, code?: number, background?: boolean, timeout?: boolean, cwd?: string, purpose?: string,
 *   edit?: string, old?: string, new?: string, line?: number, write?: string, content?: string, todos?: [string, string][], ask?: string, options?: string[], answer?: string,
 *   plan?: string, approve?: boolean, reject?: string, interrupt?: boolean, memory?: string, compact?: boolean, clear?: boolean, side?: boolean, raw?: unknown, task?: string, taskDone?: string,
 *   queued?: string, rewindTo?: number, wait?: number }} Step
 */

const root = '/home/dev/shop';

/** A Claude Code transcript. @param {Step[]} steps @returns {string} */
export function claudeTranscript(steps, { start = '2026-11-20T09:00:00.000Z', session = '5f0e6f0a-0000-4000-8000-000000000001', cwd = root } = {}) {
  /** @type {string[]} */
  const lines = [];
  let time = Date.parse(start);
  let number = 0;
  /** @type {string | null} */
  let parent = null;
  /** @type {string[]} */
  const made = [];
  let tasks = 0;
  /** @param {Record<string, unknown>} record */
  const put = (record, chained = true) => {
    time += 4000;
    const uuid = `00000000-0000-4000-8000-${String(++number).padStart(12, '0')}`;
    lines.push(JSON.stringify({ parentUuid: parent, isSidechain: false, userType: 'external', cwd, sessionId: session, version: '2.1.240', gitBranch: 'main', ...record, uuid, timestamp: new Date(time).toISOString() }));
    if (chained) parent = uuid;
    made.push(uuid);
    return uuid;
  };
  let calls = 0;
  /** @param {string} name @param {unknown} input @param {string} content @param {{ error?: boolean, result?: unknown, side?: boolean, cwd?: string }} [how] */
  const tool = (name, input, content, { error = false, result, side = false, cwd: folder = cwd } = {}) => {
    const id = `toolu_${String(++calls).padStart(4, '0')}`;
    put({ type: 'assistant', isSidechain: side, cwd: folder, requestId: `req_${String(calls)}`, message: { id: `msg_${String(calls)}`, type: 'message', role: 'assistant', model: 'claude-opus-4-7', content: [{ type: 'tool_use', id, name, input }], stop_reason: 'tool_use', usage: { input_tokens: 4, cache_creation_input_tokens: 900, cache_read_input_tokens: 20_000, output_tokens: 50 } } });
    put({ type: 'user', isSidechain: side, cwd: folder, message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content, ...(error ? { is_error: true } : {}) }] }, toolUseResult: result ?? (error ? `Error: ${content}` : content) });
  };
  for (const step of steps) {
    if (step.wait) time += step.wait * 1000;
    if (step.rewindTo !== undefined) parent = made[step.rewindTo] ?? null;
    if (step.raw !== undefined) lines.push(typeof step.raw === 'string' ? step.raw : JSON.stringify(step.raw));
    else if (step.compact) {
      const old = parent;
      parent = null;
      put({ type: 'system', subtype: 'compact_boundary', logicalParentUuid: old, content: 'Conversation compacted', isMeta: false, compactMetadata: { trigger: 'auto', preTokens: 155_000 } });
      put({ type: 'user', isCompactSummary: true, isVisibleInTranscriptOnly: true, message: { role: 'user', content: 'This session is being continued from a previous conversation that ran out of context. Summary: always use tabs.' } });
    } else if (step.clear) put({ type: 'user', message: { role: 'user', content: '<command-name>/clear</command-name>\n<command-message>clear</command-message>\n<command-args></command-args>' } });
    else if (step.user !== undefined) put({ type: 'user', promptId: `p${String(number)}`, message: { role: 'user', content: step.user } });
    else if (step.memory !== undefined) put({ type: 'user', message: { role: 'user', content: `<user-memory-input>${step.memory}</user-memory-input>` } });
    else if (step.queued !== undefined) lines.push(JSON.stringify({ type: 'queue-operation', operation: 'enqueue', timestamp: new Date(time).toISOString(), sessionId: session, content: step.queued }));
    else if (step.interrupt) put({ type: 'user', message: { role: 'user', content: [{ type: 'text', text: '[Request interrupted by user]' }] } });
    else if (step.say !== undefined) put({ type: 'assistant', requestId: `req_s${String(number)}`, isSidechain: step.side ?? false, message: { id: `msg_s${String(number)}`, type: 'message', role: 'assistant', model: 'claude-opus-4-7', content: [{ type: 'text', text: step.say }], stop_reason: 'end_turn', usage: { input_tokens: 4, cache_read_input_tokens: 21_000, output_tokens: 80 } } });
    else if (step.run !== undefined) {
      const failed = (step.code ?? 0) !== 0;
      const out = step.out ?? '';
      const content = step.timeout ? `Command timed out after 2m 0.0s ${out}` : step.reject !== undefined ? `The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit, the new_string was NOT written to the file). To tell you how to proceed, the user said:\n${step.reject}` : step.background ? 'Command running in background with ID: b1a2c3' : failed ? `Exit code ${String(step.code)}\n${out}` : out;
      tool('Bash', { command: step.run, description: step.purpose ?? 'Run it', ...(step.background ? { run_in_background: true } : {}) }, content, { error: failed || step.timeout === true || step.reject !== undefined, side: step.side ?? false, cwd: step.cwd === undefined ? cwd : `${cwd}/${step.cwd}`,
        ...(failed || step.timeout || step.reject !== undefined ? {} : { result: { stdout: out, stderr: '', interrupted: false, isImage: false, ...(step.background ? { backgroundTaskId: 'b1a2c3' } : {}) } }) });
    } else if (step.edit !== undefined) {
      const line = step.line ?? 10;
      tool('Edit', { file_path: `${cwd}/${step.edit}`, old_string: step.old ?? '', new_string: step.new ?? '', replace_all: false }, `The file ${cwd}/${step.edit} has been updated.`, { side: step.side ?? false,
        result: { filePath: `${cwd}/${step.edit}`, oldString: step.old ?? '', newString: step.new ?? '', originalFile: step.old ?? '', structuredPatch: [{ oldStart: line, oldLines: 1, newStart: line, newLines: 1, lines: [...(step.old ?? '').split('\n').map((one) => `-${one}`), ...(step.new ?? '').split('\n').map((one) => `+${one}`)] }], userModified: false } });
    } else if (step.write !== undefined) {
      tool('Write', { file_path: `${cwd}/${step.write}`, content: step.content ?? '' }, `File created successfully at: ${cwd}/${step.write}`, { side: step.side ?? false, result: { type: 'create', filePath: `${cwd}/${step.write}`, content: step.content ?? '', structuredPatch: [], originalFile: null } });
    } else if (step.todos !== undefined) {
      const todos = step.todos.map(([content, status]) => ({ content, status, activeForm: content }));
      tool('TodoWrite', { todos }, 'Todos have been modified successfully.', { result: { oldTodos: [], newTodos: todos }, side: step.side ?? false });
    } else if (step.task !== undefined) {
      const id = String(++tasks);
      tool('TaskCreate', { subject: step.task, description: step.task }, `Task #${id} created successfully: ${step.task}`, { result: { task: { id, subject: step.task } } });
    } else if (step.taskDone !== undefined) tool('TaskUpdate', { taskId: step.taskDone, status: 'completed' }, `Updated task #${step.taskDone} status`);
    else if (step.ask !== undefined) {
      const questions = [{ question: step.ask, header: 'Choice', multiSelect: false, options: (step.options ?? []).map((option) => ({ label: option.split(' | ')[0], description: option.split(' | ')[1] ?? '' })) }];
      tool('AskUserQuestion', { questions }, `User has answered your questions: "${step.ask}"="${step.answer ?? ''}". You can now continue with the user's answers in mind.`, { result: { questions, answers: { [step.ask]: step.answer ?? '' } } });
    } else if (step.plan !== undefined) {
      const refused = step.approve === false;
      tool('ExitPlanMode', { plan: step.plan }, refused ? `The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit, the new_string was NOT written to the file). To tell you how to proceed, the user said:\n${step.reject ?? 'no'}` : `User has approved your plan. You can now start coding.\n\n## Approved Plan:\n${step.plan}`, { error: refused });
    }
  }
  return `${lines.join('\n')}\n`;
}

/** A Codex rollout. @param {Step[]} steps @returns {string} */
export function codexTranscript(steps, { start = '2026-11-20T09:00:00.000Z', session = '019a0000-0000-7000-8000-000000000001', cwd = root } = {}) {
  /** @type {string[]} */
  const lines = [];
  let time = Date.parse(start);
  let calls = 0;
  /** @param {string} type @param {Record<string, unknown>} payload */
  const put = (type, payload) => {
    time += 4000;
    lines.push(JSON.stringify({ timestamp: new Date(time).toISOString(), type, payload }));
  };
  put('session_meta', { id: session, cwd, cli_version: '0.101.0', originator: 'codex_cli_rs', source: 'cli' });
  put('turn_context', { cwd, model: 'gpt-5.2-codex' });
  for (const step of steps) {
    const id = `call_${String(++calls)}`;
    if (step.raw !== undefined) lines.push(typeof step.raw === 'string' ? step.raw : JSON.stringify(step.raw));
    else if (step.compact) put('compacted', { message: 'summary' });
    else if (step.user !== undefined) {
      put('response_item', { type: 'message', role: 'user', content: [{ type: 'input_text', text: step.user }] });
      put('event_msg', { type: 'user_message', message: step.user });
    } else if (step.say !== undefined) {
      put('event_msg', { type: 'agent_message', message: step.say });
      put('response_item', { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: step.say }] });
    } else if (step.interrupt) put('event_msg', { type: 'turn_aborted', reason: 'interrupted' });
    else if (step.run !== undefined) {
      put('response_item', { type: 'function_call', name: 'shell_command', arguments: JSON.stringify({ command: step.run, workdir: step.cwd === undefined ? cwd : `${cwd}/${step.cwd}` }), call_id: id });
      put('response_item', { type: 'function_call_output', call_id: id, output: step.background ? 'Process running with session ID 73\n\nOutput:\nready' : `Exit code: ${String(step.code ?? 0)}\nWall time: 1.2 seconds\nOutput:\n${step.out ?? ''}` });
    } else if (step.edit !== undefined || step.write !== undefined) {
      const head = step.write === undefined ? `*** Update File: ${step.edit ?? ''}\n@@\n${(step.old ?? '').split('\n').filter(Boolean).map((one) => `-${one}\n`).join('')}` : `*** Add File: ${step.write}\n`;
      const body = (step.write === undefined ? step.new ?? '' : step.content ?? '').split('\n').filter(Boolean).map((one) => `+${one}`).join('\n');
      put('response_item', { type: 'custom_tool_call', status: 'completed', call_id: id, name: 'apply_patch', input: `*** Begin Patch\n${head}${body}\n*** End Patch` });
      put('response_item', { type: 'custom_tool_call_output', call_id: id, output: JSON.stringify({ output: 'Success. Updated the following files:\n', metadata: { exit_code: 0, duration_seconds: 0 } }) });
    } else if (step.todos !== undefined) {
      put('response_item', { type: 'function_call', name: 'update_plan', arguments: JSON.stringify({ plan: step.todos.map(([text, status]) => ({ step: text, status })) }), call_id: id });
      put('response_item', { type: 'function_call_output', call_id: id, output: 'Plan updated' });
    }
  }
  return `${lines.join('\n')}\n`;
}
