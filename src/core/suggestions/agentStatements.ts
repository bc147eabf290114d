import type { Prompt } from '../agents/activity.js';
import type { ItemId } from '../checklist.js';
import type { Suggestion } from '../session.js';
import { choiceOf } from './agentDecisions.js';
import { evidenceOf, sentencesOf, suggestionId, type AgentSession } from './agentSession.js';
import { quoted } from './plainText.js';

/*
 * What the person said that holds beyond the task at hand: "always…", "never…", "the rule is…", "we don't…". English only,
 * for now. Most of what people tell agents is about the task; a sentence must say by its form that it is meant to last.
 */

const mostStatements = 6;

/** A sentence that says by its words that it lasts. */
const lasting: readonly RegExp[] = [
  /\b(?:from now on|going forward|for future reference|as a (?:general )?rule|by convention|as a convention|in general,)\b|^in (?:the )?future,? (?:please |always |never |only |do not |don't |use |make |keep |run |write |check |ask |avoid |prefer )|^(?:please |don't |do not |always |never |use |make |run |ask |avoid |prefer )[^.?]{5,120},? in (?:the )?future[.!]?$/i,
  /\b(?:the|our|a|one|another|important|general|house|golden|business) (?:(?:\w+ )?(?:rule|convention|policy|guideline|standard)s?)(?: here| is| are| for[^.]{0,40} is|:| that)\b|^rule:/i,
  // "Always run…", "Never mock…": an order to all times at the sentence's start, also after "please", "and", "also".
  /^(?:(?:please|and|also|but|so|ok(?:ay)?|no|oh|btw|by the way|note|remember|important|fyi|actually|well|hey|yes|yeah|nope)[,:!]? )*(?:please )?(?:always|never) (?!mind\b|mine\b|ever mind|been\b|seen\b|had\b|heard\b|worked\b|got\b|used to\b|a\b|the\b)/i,
  /\b(?:you|we|it|they|claude|agents?|code|everyone|\w+s) (?:should|must|need to|have to|has to|shall|are to|is to|ought to) (?:always|never|only ever|not ever)\b/i,
  /\b(?:must|shall|should|may) (?:always|never)\b/i,
  /\bmake sure (?:to always|you always|to never|you never|we always|we never|that we always|that we never)\b/i,
  /\bremember (?:to always|to never|that we (?:always|never|don't|do not|use|have to))\b/i,
  /\bwe (?:always|never|only ever) (?!had\b|seen\b|been\b|got\b|get\b|saw\b|see\b|did\b|know\b|knew\b)/i,
  /\b(?:in this|in our|across (?:the|this)|throughout (?:the|this)|everywhere in (?:the|this)) (?:project|repo(?:sitory)?|code ?base|team|company|app(?:lication)?|monorepo|workspace|organi[sz]ation|service)\b.{0,60}\b(?:we|use|uses|should|must|always|never|don't|do not|are|is|has|have|need)\b/i,
  /\b(?:we|our team) (?:don't|do not|doesn't|never|cannot|can't|aren't allowed to|are not allowed to|mustn't|must not) (?:ever |allow|use|mock|store|commit|write|call|expose|import|delete|ship|log|charge|send|want|support|accept|put|do\b|hard-?code|touch|edit|modify|add|create|return|throw|catch|mix|rely|depend|share|cache|refund|issue|count|include|require|trust|deploy|merge|push|squash|rebase|test|run|keep|change|rename|round|bill|show|default|nest|duplicate|swallow|leak|skip|auto)/i,
  /\bwe (?:use|prefer|stick (?:to|with)|follow|require|standardi[sz]ed? on|rely on) .{2,120}\b(?:not|instead of|rather than|over|never|for (?:all|every|everything)|everywhere|in this (?:repo|project|code ?base)|here)\b/i,
  /^(?:no[,.]? |please |nope[,.]? )*(?:use|prefer) [^.,;]{2,50},? (?:not|never) [^.,;]{2,40}[.!]?$/i,
  /^(?:no[,.]? |please |nope[,.]? )*(?:do not|don't) (?:ever )?use [^.;]{2,60}[,;.—-]+ ?(?:always )?use [^.;]{2,60}[.!]?$/i,
  /^(?:please )?(?:use|prefer) [^.;]{2,40} (?:instead of|rather than|over) [^.;]{2,40} (?:in|for|across|throughout) (?:this|our|the (?:whole|entire)|all|any|every|new) (?:repo|project|code ?base|team|company|monorepo|apps?|new|code|files?|tests?|services?|components?)/i,
  // "Money is always stored in cents": how something is done, with what, at all times.
  /^(?:all |the |our |every |any )?[\w -]{3,40} (?:is|are) (?:always|never|only) (?:\w+ed|kept|sent|shown|written|built|paid|sold|set|read|run|done|made|put) (?:as|in|by|with|without|before|after|at|to|from|for|through|via|per|when|unless|if)\b/i,
  /^(?:an? |the |all |every |each )?(?:customers?|users?|orders?|invoices?|refunds?|payments?|subscriptions?|accounts?|discounts?|coupons?|prices?|tenants?|vendors?|bookings?|reservations?|trials?|shipments?|contracts?|quotes?|memberships?)\b(?: \w+){0,3} (?:must|may only|can only|cannot|can't|shall)\b.{6,}/i,
  // "Migrations must be reversible": of things that come again and again, not of the task's own.
  /(?:^|[:;,] )(?:(?:all|the|our|new|db|database) )*(?:migrations|endpoints|commits|queries|requests|responses|errors|exceptions|timestamps|dates|prices|amounts|ids|identifiers|passwords|tokens|secrets|e-?mails|logs|events|jobs|handlers|packages|dependencies|modules|releases|deploy(?:ment)?s|backups|uploads|webhooks|transactions) must (?:not |never |always )?be (?!fixed|done|updated|changed|removed|renamed|merged|added|green|passing|finished|ready)\w+/i,
  // "We must answer within 10 seconds, otherwise they retry."
  /\bwe must (?!.*\b(?:today|tomorrow|friday|monday|release|deadline)\b).{6,120}\b(?:within \d+|at most|at least|no (?:more|less|later) than|otherwise|or else)\b/i,
  // "Refunds over 500 € need a second approval": what a business object takes, from a bound on.
  /^(?:an? |the |all |every |each )?(?:customers?|users?|orders?|invoices?|refunds?|payments?|subscriptions?|accounts?|discounts?|coupons?|prices?|tenants?|vendors?|bookings?|reservations?|trials?|shipments?|contracts?|quotes?|memberships?|withdrawals?|transfers?|expenses?|purchases?|claims?|guests?|members?|employees?)\b(?: [^\s.;:!?]+){0,2} (?:over|above|under|below|older than|younger than|more than|less than|up to|from|with|without|after|before|within)\b.{1,50}? (?:needs?|requires?|gets?|pays?|costs?|goes?|is|are|has|have) .{6,}/i,
  /\b(?:don't|do not) ever\b/i,
  /\b(?:is|are) (?:never|not) allowed\b|\b(?:is|are) (?:strictly )?forbidden\b|\bonly (?:admins?|owners?|managers?|staff|moderators?|members?|customers?|users?|paid|premium)\b.{0,60}\b(?:can|may|are allowed|should|must)\b|\b(?:no one|nobody) (?:may|should|can|is allowed to)\b/i,
  /\b(?:must not|may not|mustn't)\b.{6,}/i,
  /\bevery (?:new )?(?:\w+ ){1,3}(?:must|should|needs? to|has to|have to|gets?)\b/i,
  /^all (?:new |of (?:the|our) )?(?:\w+ ){1,4}(?:must|should|need to|have to)\b(?! be (?:fixed|done|updated|changed|removed|renamed|green|passing) )/i,
  /\b(?:customers?|users?|orders?|invoices?|refunds?|payments?|subscriptions?|accounts?|discounts?|coupons?|prices?|admins?|tenants?|vendors?|employees?|members?|bookings?|reservations?|trials?) (?:can|may|must|should|are|is|get|gets|expire|expires|have|has) (?:only|not|never|always|at most|at least|no more than|up to)\b/i,
];

/** A sentence that asks, tells of what happened, or is about this task only. */
const passing: readonly RegExp[] = [
  /\?(?:["')\]]*$| |\.)/,
  /^(?:why|how|what|when|where|who|which|can you|could you|would you|do we|does|is it|are we|should we|shouldn't we|did|have we|i wonder|if we always)\b/i,
  /\b(?:it|this|that|they|there|he|she|which|test|build|command|page|app|server|button|function|ci)s? (?:always|never) (?:\w+(?:s|ed)\b|been\b|worked\b|shows?\b|returns?\b|fails?\b|gets?\b|happens?\b|seems?\b|was\b|were\b|is\b|lists?\b|had\b|has\b)/i,
  /\b(?:i|you) (?:always|never) (?:see|saw|get|got|have|had|forget|forgot|knew|know|thought|liked|understand|understood|remember|used|wanted|asked|said|told|hear|heard|wrote|meant|did|touched|seen|noticed|ran)\b/i,
  /\b(?:was|were|has|have|had) (?:always|never)\b/i,
  /\b(?:it's|that's|he's|there's|was|were) always\b|\b(?:is|are) always (?!\w+(?:ed|en)\b|kept\b|sent\b|shown\b|built\b|paid\b|sold\b|set\b|read\b|run\b|done\b|made\b|put\b)|\b(?:should|must) (?:always|never) have\b|\bcan always\b|\b(?:could|would|might) say\b|^(?:consider|looking at|this means|it says|the comment|to \w+ this|will this|note: )/i,
  /\balmost (?:always|never)\b|\bnot always\b|\bnever ?mind\b|\bas always\b|\bnever ending\b|\bwe never (?:had|got|saw|did|finished|decided)\b|\bwe don't (?:have|need|know|see|think|really|seem|want to (?:do|break|go|worry|deal|spend|over|lose|change) )\b|\bwe don't want (?:that|this|it)\b/i,
  /\b(?:in|on|from|for) (?:this|that|the (?:last|latest|previous|current|above)) (?:pr|pull request|commit|branch|diff|step|change|test run|file|function|screenshot)\b/i,
  /\b(?:i think|maybe|perhaps|not sure|i guess|i wonder|could be|might be|probably|thinking about|i suppose|i'm considering)\b/i,
  /\b(?:severity|comment says|review(?:er)? (?:says|said|comment)|cursor ?bot|copilot|coderabbit)\b/i,
  /\bfor (?:the )?(?:now|moment|time being)\b|\bthis time\b|\bjust (?:this once|for this)\b|\bright now\b|\b(?:today|tonight|tomorrow)\b/i,
];

const domain = /\b(?:customers?|clients?|users?|orders?|carts?|checkout|invoic\w+|bill\w*|charg\w+|refund\w*|pay\w*|pric\w+|tax\w*|vat|discount\w*|coupons?|subscri\w+|trials?|plans?|tenants?|accounts?|members?|admins?|managers?|owners?|roles?|vendors?|suppliers?|sellers?|buyers?|shipp\w+|deliver\w+|stock|inventory|warehouse\w*|booking\w*|reserv\w+|appointments?|patients?|doctors?|students?|teachers?|employees?|salary|payroll|contracts?|quotes?|leads?|deals?|currency|euros?|dollars?|cents?|percent|%|€|\$|days?|hours?|months?|years?|weekends?|holidays?|approv\w+|legal|gdpr|complian\w+|regulat\w+|law|audit\w*|retention|anonymi\w+|consent|business|cancel\w*|expire\w*|points|loyalty|fee|fees|minimum|maximum|limit|quota|eligib\w+|age|guests?)\b/gi;
const technical = /\b(?:tests?|mocks?|stubs?|fixtures?|commits?|branch\w*|prs?|pull requests?|merge\w*|rebase|git|ci|lint\w*|format\w*|types?|typed|typescript|javascript|python|golang|rust|java|functions?|class\w*|interfaces?|components?|hooks?|modules?|imports?|exports?|files?|folders?|director\w+|packages?|dependenc\w+|librar\w+|npm|pnpm|yarn|bun|pip|uv|poetry|docker|code|codebase|repo\w*|refactor\w*|naming|names?|camelcase|snake_case|comments?|docstrings?|docs?|readme|log\w*|logger|errors?|exceptions?|try|catch|throw|async|await|promise\w*|query|queries|sql|orm|transaction\w*|migrations?|schema|tables?|columns?|index\w*|endpoints?|routes?|controllers?|services?|repositor\w+|api|apis|handlers?|middleware|state|store|redux|props|css|tailwind|styles?|html|dom|react|vue|angular|svelte|next|node|env|environment|config\w*|secrets?|tokens?|passwords?|server|client|build|deploy\w*|script\w*|command\w*|run|cli|json|yaml|enum\w*|null|undefined|any|const|var|let|default|strings?|constants?|variables?|helpers?|util\w*|validation|zod|pydantic|serializer\w*|dto\w*|wrapper\w*|patterns?|architecture|layers?|cache\w*|debug\w*|console)\b/gi;

/** Whether a lasting statement is about what the business does, or about how code is written here. */
export function kindOfStatement(sentence: string): Extract<ItemId, 'businessRule' | 'pattern'> {
  if (/\bbusiness rule\b/i.test(sentence)) return 'businessRule';
  const business = sentence.match(domain)?.length ?? 0;
  const code = (sentence.match(technical)?.length ?? 0) + (sentence.match(/`[^`]+`|\b\w+\(\)|\b[a-z]+[A-Z]\w+|\b\w+\.\w{1,4}\b/g)?.length ?? 0);
  return business > code ? 'businessRule' : 'pattern';
}

/** Words that a person pasted or that plans state: the agent was given them as a task. */
const pasted = /^(?:implement the following plan|#{1,3} |\s*\d+\.\s+\*\*|this session is being continued|you are (?:a|an|the|reviewing|an expert)\b|high severity|medium severity|low severity|<)/i;

export function isLastingStatement(sentence: string): boolean {
  const bare = sentence.replace(/^[-*•>\d.)\s]+/, '').replace(/`[^`]*`/g, 'x');
  if (bare.length < 14 || bare.length > 320 || bare.split(/\s+/).length < 4) return false;
  return lasting.some((pattern) => pattern.test(bare)) && !passing.some((pattern) => pattern.test(bare));
}

const goingOn = /^(?:the rule (?:is|here)|otherwise|that (?:means|is)|this (?:means|is|applies)|they |it )/i;

/** Lasting sentences of a prompt; one that explains the one before it ("because…") is not taken apart from it. */
function statementsOf(prompt: Prompt): string[] {
  const { text } = prompt;
  if (prompt.via === 'memory') return [text];
  if (pasted.test(text.trim()) || text.length > 3000) return [];
  // Quoted lines, code and pasted output are somebody else's words.
  const own = text.replace(/```[\s\S]*?(?:```|$)/g, '\n').split('\n').filter((line) => !/^\s*(?:>|\||\$ |at |\d+[:|]|[+-]{1,3}\s{2,})/.test(line)).join('\n');
  const sentences = sentencesOf(own);
  // A long enumeration is a specification of this task.
  const found = sentences.flatMap((sentence, index): string[] => {
    if (!isLastingStatement(sentence)) return [];
    const next = sentences[index + 1];
    // "The rule is…" goes on with what was said before it: one statement.
    if (next !== undefined && goingOn.test(next) && isLastingStatement(next)) return [`${sentence} ${next}`];
    const before = sentences[index - 1];
    return before !== undefined && goingOn.test(sentence) && isLastingStatement(before) ? [] : [sentence];
  });
  return found.length > 5 && sentences.length > 15 ? [] : found;
}

const folded = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

/** Business rules and patterns that the person stated, quoted. */
export function suggestStatements(session: AgentSession): Suggestion[] {
  const found = new Map<string, readonly { said: string; event: Prompt }[]>();
  for (const [index, event] of session.events.entries()) {
    if (event.kind !== 'prompt' || event.sidechain) continue;
    // What was chosen among alternatives is a decision, told as such.
    const chosen = choiceOf(session, index)?.said;
    for (const sentence of statementsOf(event)) {
      if (sentence === chosen) continue;
      const said = sentence.replace(/^[-*•>\s]+/, '').replace(/^\d+[.)]\s+/, '').trim();
      const key = folded(said);
      const known = found.get(key);
      found.delete(key);
      found.set(key, [...known ?? [], { said, event }]);
    }
  }
  return [...found].slice(-mostStatements).map(([key, times], index): Suggestion => ({
    id: suggestionId('statement', key), item: kindOfStatement(times[0]?.said ?? ''), source: 'agent', text: `The user said: ${quoted(times[0]?.said ?? '', 320)}`, links: [], rank: 3 + times.length + index / 100,
    evidence: times.map(({ said, event }) => evidenceOf(event, event.via === 'memory' ? `added to the agent's memory: ${quoted(said, 160)}` : `the user said: ${quoted(said, 160)}`)),
  }));
}
