// The agent's side of the sample: a Claude Code transcript as that agent writes it (one JSON object a line; the record
// shapes are those of its versions 2.0 to 2.1 as public tools' models and fixtures show them).
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} TranscriptOptions
 * @property {string} folder the `cwd` of the records, as an absolute path
 * @property {string} branch git's branch; '' outside a repository
 * @property {Date} now when the last record is written
 * @property {string} sessionId
 * @property {string} model
 * @property {number} usedTokens tokens in the context at the last reply
 */

/** @typedef {Record<string, unknown>} TranscriptRecord */

const sampleSessionId = '88a8d3c4-5f0e-4b7a-9c1d-2e6f7a8b9c0d';
const sampleModel = 'claude-sonnet-4-5-20250929';

/** The name of a folder's transcripts below `projects`: every character but ASCII letters and digits becomes a dash. @param {string} folder */
export const projectSlug = (folder) => folder.replace(/[^a-zA-Z0-9]/g, '-');

const hex = (/** @type {string} */ seed) => createHash('sha256').update(seed).digest('hex');
const uuid = (/** @type {string} */ seed) => hex(seed).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-a$4-$5');

/** A session id for a folder's session, where several samples share a home. @param {string} folder */
export const sessionIdOf = (folder) => uuid(`session/${folder}`);

/** Collects the records of one session in order; the clock is the caller's. */
export class Transcript {
  /** @type {TranscriptRecord[]} */
  records = [];
  /** @type {string | null} */
  #leaf = null;
  #count = 0;
  #at;
  /** Tokens that each reply adds beyond what is told here: files read, thoughts. */
  perReply = 0;

  /**
   * @param {object} options
   * @param {string} options.folder
   * @param {string} [options.branch]
   * @param {string} [options.sessionId]
   * @param {string} [options.model]
   * @param {Date} options.start when the next record is written
   * @param {number} [options.used] tokens in the context so far
   * @param {string | null} [options.leaf] the record to continue from
   */
  constructor({ folder, branch = 'feature/auth', sessionId = sampleSessionId, model = sampleModel, start, used = 18_000, leaf = null }) {
    this.folder = folder;
    this.branch = branch;
    this.sessionId = sessionId;
    this.model = model;
    this.used = used;
    this.#at = start.getTime();
    this.#leaf = leaf;
  }

  /** Lets time pass. @param {number} seconds */
  wait(seconds) {
    this.#at += seconds * 1000;
    return this;
  }

  /** The time of the next record. */
  get now() { return new Date(this.#at); }

  /** Adds a record of any type, as it is. @param {TranscriptRecord} record */
  raw(record) {
    this.records.push(record);
    return this;
  }

  /** @param {'user' | 'assistant' | 'system'} type @param {TranscriptRecord} rest */
  #chained(type, rest) {
    const id = uuid(`${this.sessionId}/${this.#leaf}/${this.#count++}`);
    this.raw({
      parentUuid: this.#leaf, isSidechain: false, userType: 'external', cwd: this.folder, sessionId: this.sessionId, version: '2.1.240',
      gitBranch: this.branch, type, ...rest, uuid: id, timestamp: this.now.toISOString(),
    });
    this.#leaf = id;
    return id;
  }

  /** What the person typed. @param {string} text */
  prompt(text) {
    this.used += Math.ceil(text.length / 4);
    this.#chained('user', { message: { role: 'user', content: text } });
    return this.wait(9);
  }

  /** One block of a reply. @param {TranscriptRecord} block @param {string} stop */
  #reply(block, stop) {
    this.used += this.perReply;
    const seed = hex(`${this.sessionId}/reply/${this.#leaf}/${this.#count}`);
    const input = 4;
    const creation = Math.min(2_900, this.used - input);
    this.#chained('assistant', {
      requestId: `req_011C${seed.slice(0, 20)}`,
      message: {
        id: `msg_01${seed.slice(20, 42)}`, type: 'message', role: 'assistant', model: this.model, content: [block], stop_reason: stop, stop_sequence: null,
        usage: { input_tokens: input, cache_creation_input_tokens: creation, cache_read_input_tokens: this.used - input - creation, output_tokens: 180, service_tier: 'standard' },
      },
    });
    return this.wait(6);
  }

  /** What the agent says. @param {string} text */
  say(text) {
    this.used += Math.ceil(text.length / 4);
    return this.#reply({ type: 'text', text }, 'end_turn');
  }

  /**
   * A tool's use and its result.
   * @param {string} name
   * @param {TranscriptRecord} input
   * @param {string} result
   * @param {{ failed?: boolean, seconds?: number, detail?: unknown }} [options] detail: the record's `toolUseResult`
   */
  tool(name, input, result, { failed = false, seconds = 4, detail } = {}) {
    this.used += Math.ceil((JSON.stringify(input).length + result.length) / 4);
    const id = `toolu_01${hex(`${this.sessionId}/tool/${this.#leaf}/${this.#count}`).slice(0, 22)}`;
    this.#reply({ type: 'tool_use', id, name, input }, 'tool_use').wait(seconds);
    this.#chained('user', {
      message: { role: 'user', content: [{ tool_use_id: id, type: 'tool_result', content: result, ...(failed ? { is_error: true } : {}) }] },
      toolUseResult: detail ?? (failed ? `Error: ${result}` : { stdout: result, stderr: '', interrupted: false, isImage: false }),
    });
    return this.wait(3);
  }

  /** @param {string} command @param {string} output @param {{ failed?: boolean, seconds?: number }} [options] */
  bash(command, output, { failed = false, seconds = 8 } = {}) {
    return this.tool('Bash', { command, description: command }, failed ? `Exit code 1\n${output}` : output, { failed, seconds });
  }

  /** @param {string} path relative to the folder @param {string} before @param {string} after */
  edit(path, before, after) {
    const file = join(this.folder, path);
    return this.tool('Edit', { file_path: file, old_string: before, new_string: after }, `The file ${file} has been updated.`,
      { detail: { filePath: file, oldString: before, newString: after, userModified: false, replaceAll: false } });
  }

  /** @param {string} path relative to the folder @param {string} content */
  write(path, content) {
    const file = join(this.folder, path);
    return this.tool('Write', { file_path: file, content }, `File created successfully at: ${file}`, { detail: { type: 'create', filePath: file, content } });
  }

  /** @param {[content: string, status: 'pending' | 'in_progress' | 'completed'][]} list */
  todos(list) {
    const todos = list.map(([content, status]) => ({ content, status, activeForm: content }));
    return this.tool('TodoWrite', { todos }, 'Todos have been modified successfully.', { seconds: 0, detail: { oldTodos: [], newTodos: todos } });
  }

  /** A compaction, with the summary that the agent goes on from. @param {number} after tokens in the context after it @param {'auto' | 'manual'} trigger */
  compact(after, trigger = 'auto') {
    const before = this.#leaf;
    this.#leaf = null;
    this.#chained('system', { subtype: 'compact_boundary', logicalParentUuid: before, content: 'Conversation compacted', isMeta: false, level: 'info', compactMetadata: { trigger, preTokens: this.used, postTokens: after } });
    this.used = after;
    this.#chained('user', { isCompactSummary: true, isVisibleInTranscriptOnly: true, message: { role: 'user', content: 'This session is being continued from a previous conversation that ran out of context. The conversation is summarized below.' } });
    return this.wait(5);
  }

  /** Appends what was not yet written, as the agent does. @param {string} file */
  appendTo(file) {
    if (this.records.length > 0) appendFileSync(file, this.records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    this.records = [];
  }
}

/**
 * The sample's session: 70 minutes of work on `feature/auth`, ending at `now`.
 * @param {Partial<TranscriptOptions> & { folder: string }} options
 * @returns {Transcript}
 */
export function sampleTranscript({ folder, branch = 'feature/auth', now = new Date(), sessionId = sampleSessionId, model = sampleModel, usedTokens = 142_310 }) {
  // Told from a fixed hour first: how long it takes is not known before it is told.
  const tell = (/** @type {Date} */ start) => story(new Transcript({ folder, branch, sessionId, model, start }), usedTokens);
  const epoch = new Date(0);
  return tell(new Date(now.getTime() - (tell(epoch).now.getTime() - epoch.getTime())));
}

/** @param {Transcript} agent @param {number} usedTokens */
function story(agent, usedTokens) {
  agent.perReply = Math.max(0, Math.floor((usedTokens - 30_000) / 50));
  const passing = (/** @type {number} */ tests, /** @type {number} */ seconds) => `Test Suites: 2 passed, 2 total\nTests:       ${tests} passed, ${tests} total\nTime:        ${seconds} s`;
  agent
    .raw({ type: 'file-history-snapshot', messageId: uuid('snapshot'), snapshot: { messageId: uuid('snapshot'), trackedFileBackups: {}, timestamp: agent.now.toISOString() }, isSnapshotUpdate: false })
    .prompt('People stay "never logged in" when they only ever refresh their token. Please find out why last_login is not updated.')
    .tool('Read', { file_path: join(agent.folder, 'src/auth/auth.service.ts') }, '     1\timport { ConflictException, …')
    .say('`login` calls `users.touch`, the refresh path does not: it skips the login hook. A test first.')
    .edit('src/auth/auth.service.spec.ts', "  it('ends every session", "  it('counts a refresh as a login', async () => {\n    const { refreshToken } = await auth.register({ email: ada.email, password: 'correct horse battery', displayName: 'Ada' });\n    await auth.refresh(refreshToken);\n    expect(users.touch).toHaveBeenCalledWith('ada');\n  });\n\n  it('ends every session")
    .bash('npm test -- auth.service', "FAIL src/auth/auth.service.spec.ts\n  ● AuthService › counts a refresh as a login\n\n    expect(jest.fn()).toHaveBeenCalledWith(...expected)\n\n    Expected: \"ada\"\n    Number of calls: 0", { failed: true })
    .edit('src/auth/auth.service.ts', "    if (!user) throw new UnauthorizedException('this account is gone');\n    return this.issueTokens(user);", "    if (!user) throw new UnauthorizedException('this account is gone');\n    await this.users.touch(user.id);\n    return this.issueTokens(user);")
    .bash('npm test -- auth.service', passing(3, 2.1))
    .say('Fixed: the refresh path skipped the login hook. `last_login` is now set on every refresh.')
    .wait(240)
    .prompt('Good. Jonas says the list of ideas is slow, about 40 queries a page.')
    .tool('Grep', { pattern: 'findOneOrFail', path: 'src' }, 'src/ideas/ideas.service.ts:34')
    .edit('src/ideas/ideas.service.ts', '    return Promise.all(ideas.map(async (idea) => {', '    return ideas.map(listed);')
    .bash('npm test', "FAIL src/ideas/ideas.service.ts\n  ● Test suite failed to run\n\n    src/ideas/ideas.service.ts:36:7 - error TS18048: 'idea.author' is possibly 'undefined'.", { failed: true })
    .edit('src/ideas/ideas.service.ts', "    const ideas = await this.ideas.find({ order: { createdAt: 'DESC' }, skip: (page - 1) * pageSize, take: pageSize });", "    const ideas = await this.ideas.find({\n      relations: { author: true, votes: true },\n      order: { createdAt: 'DESC' },\n      skip: (page - 1) * pageSize,\n      take: pageSize,\n    });")
    .bash('npm test', passing(9, 4.3))
    .say('The listing now loads authors and votes with the ideas: 2 queries a page instead of 41.')
    .wait(300)
    .prompt('While you are there: when somebody double-clicks, castVote answers 500. And remember, the rule is: a vote can be changed for 24 hours, then it is final.')
    .tool('Read', { file_path: join(agent.folder, 'src/votes/votes.service.ts') }, '    60\t  async castVote(…')
    .say('Two requests at once both find no earlier vote, and the second insert breaks the unique constraint. I will try a row lock.')
    .edit('src/votes/votes.service.ts', '    const earlier = await this.ofUser(ideaId, userId);\n    if (earlier) {', "    const earlier = await this.votes.findOne({ where: { idea: { id: ideaId }, user: { id: userId } }, lock: { mode: 'pessimistic_write' } });\n    if (earlier) {")
    .bash('npm test -- votes', 'FAIL src/votes/votes.service.spec.ts\n  ● VotesService › two votes at once\n\n    thrown: "Exceeded timeout of 5000 ms for a test."', { failed: true, seconds: 21 })
    .edit('src/votes/votes.service.ts', "lock: { mode: 'pessimistic_write' } });", "lock: { mode: 'pessimistic_partial_write' } });")
    .bash('npm test -- votes', 'FAIL src/votes/votes.service.spec.ts\n  ● VotesService › two votes at once\n\n    thrown: "Exceeded timeout of 5000 ms for a test."', { failed: true, seconds: 22 })
    .say('There is no row to lock yet, so the lock waits for the other transaction for ever. I take the lock out again.')
    .edit('src/votes/votes.service.ts', "    const earlier = await this.votes.findOne({ where: { idea: { id: ideaId }, user: { id: userId } }, lock: { mode: 'pessimistic_partial_write' } });\n    if (earlier) {", '    const earlier = await this.ofUser(ideaId, userId);\n    if (earlier) {')
    .bash('npm test -- votes', passing(5, 1.8))
    .wait(420)
    .prompt('Leave it for now, we do that with an upsert next week. Now email verification: POST /api/auth/verify-email with a mailed token. Never put the verification token into a log line or an API response.')
    .todos([['Add verification_token to users, with a migration', 'in_progress'], ['Add POST /api/auth/verify-email', 'pending'], ['Implement email verification flow', 'pending'], ['Cover the expired-token case', 'pending']])
    .edit('src/users/users.entity.ts', "  @Column({ name: 'last_login'", "  @Column({ name: 'verification_token', type: 'varchar', length: 64, nullable: true, select: false })\n  verificationToken: string | null;\n\n  @Column({ name: 'last_login'")
    .write('src/migrations/1763712000000-AddVerificationToken.ts', 'export class AddVerificationToken1763712000000 implements MigrationInterface { … }')
    .bash('npm run build && npm run migration:run', 'QueryFailedError: connect ECONNREFUSED 127.0.0.1:5432', { failed: true })
    .bash('docker compose up -d db', ' Container ideas-api-db-1  Started')
    .bash('npm run build && npm run migration:run', 'Migration AddVerificationToken1763712000000 has been executed successfully.')
    .todos([['Add verification_token to users, with a migration', 'completed'], ['Add POST /api/auth/verify-email', 'in_progress'], ['Implement email verification flow', 'pending'], ['Cover the expired-token case', 'pending']])
    .wait(180)
    .write('src/auth/dto/verify-email.dto.ts', "import { IsHexadecimal, Length } from 'class-validator';\n\nexport class VerifyEmailDto {\n  @IsHexadecimal()\n  @Length(64, 64)\n  token: string;\n}\n")
    .edit('src/auth/auth.controller.ts', "  @Get('me')", "  @Post('verify-email')\n  @HttpCode(204)\n  verifyEmail(@Body() { token }: VerifyEmailDto) {\n    return this.auth.verifyEmail(token);\n  }\n\n  @Get('me')")
    .write('src/mail/templates/verify-email.txt', 'Hello {{displayName}},\n\nplease confirm that this is your address:\n\n  {{url}}\n')
    .todos([['Add verification_token to users, with a migration', 'completed'], ['Add POST /api/auth/verify-email', 'completed'], ['Implement email verification flow', 'in_progress'], ['Cover the expired-token case', 'pending']])
    .edit('src/auth/auth.service.ts', '  /** Mails a link for a new password.', "  async verifyEmail(token: string): Promise<void> {\n    const user = await this.users.byVerificationToken(token);\n    if (!user) throw new UnauthorizedException('this link is invalid or was replaced by a newer one');\n    // TODO: mark the address as verified; the entity has no flag for it yet.\n    await this.users.update(user.id, { verificationToken: null });\n  }\n\n  /** Mails a link for a new password.")
    .bash('npm test', passing(10, 4.9));
  agent.used = usedTokens - 70;
  agent.perReply = 0;
  return agent.say('The endpoint and the token are in place. The user entity needs an `is_verified` flag before the flow is complete; shall I go on with it?');
}

/**
 * Writes a transcript where Claude Code would, and appends to it if it is there.
 * @param {{ home: string, transcript: Transcript }} what
 * @returns {string} the file
 */
export function writeTranscript({ home, transcript }) {
  const folder = join(home, '.claude/projects', projectSlug(transcript.folder));
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${transcript.sessionId}.jsonl`);
  transcript.appendTo(file);
  return file;
}

/**
 * The session of a transcript file, to be continued: tell more, then `appendTo(file)`.
 * @param {string} file
 * @param {Date} [start]
 */
export function continueTranscript(file, start = new Date()) {
  const records = readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const last = records.findLast(({ uuid: id }) => typeof id === 'string');
  const reply = records.findLast(({ type }) => type === 'assistant');
  const { input_tokens: input = 0, cache_creation_input_tokens: creation = 0, cache_read_input_tokens: read = 0 } = reply?.message.usage ?? {};
  return new Transcript({ folder: last.cwd, branch: last.gitBranch, sessionId: last.sessionId, model: reply?.message.model ?? sampleModel, start, used: input + creation + read, leaf: last.uuid });
}
