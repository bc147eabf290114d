import type { SessionActivity } from '../agents/activity.js';
import type { Suggestion } from '../session.js';
import { suggestDeadEnds } from './agentDeadEnds.js';
import { suggestDecisions } from './agentDecisions.js';
import { suggestFixedErrors } from './agentFixedErrors.js';
import { suggestNextSteps } from './agentNextSteps.js';
import { suggestReportedBugs } from './agentReportedBugs.js';
import { suggestRestartCommands } from './agentRestartCommands.js';
import { agentSession, type AgentSession, type AgentSurroundings } from './agentSession.js';
import { suggestStatements } from './agentStatements.js';
import { suggestWorkInProgress } from './agentWorkInProgress.js';
import { suggestTranscriptCommits } from './commits.js';
import { findingsOf, type FindingsProblem } from './findings.js';

/**
 * What an agent's session suggests. Pure: the same session gives the same suggestions, with the same ids.
 * @param activity since the last reset
 */
export const suggestFromAgent = (activity: SessionActivity, surroundings: AgentSurroundings): Suggestion[] => suggestInSteps(agentSession(activity, surroundings), () => undefined);

/**
 * As `suggestFromAgent`, for who waits.
 * @param first is given where to carry on, before the rest is worked out: it costs the least and is looked for first
 */
export function suggestInSteps(session: AgentSession, first: (suggestions: Suggestion[]) => void): Suggestion[] {
  const carryOn = [...suggestWorkInProgress(session), ...suggestNextSteps(session), ...suggestRestartCommands(session)];
  first(carryOn);
  return [
    ...suggestFixedErrors(session),
    ...suggestReportedBugs(session),
    ...suggestDeadEnds(session),
    ...suggestDecisions(session),
    ...suggestStatements(session),
    ...carryOn,
    ...suggestTranscriptCommits(session),
    ...findingsOf(session).suggestions,
  ];
}

/** What of the agent's findings could not be read, to be told to the person. */
export const findingsProblems = (session: AgentSession): readonly FindingsProblem[] => findingsOf(session).problems;
