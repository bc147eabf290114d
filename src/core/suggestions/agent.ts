import type { SessionActivity } from '../agents/activity.js';
import type { Suggestion } from '../session.js';
import { suggestDeadEnds } from './agentDeadEnds.js';
import { suggestDecisions } from './agentDecisions.js';
import { suggestFixedErrors } from './agentFixedErrors.js';
import { suggestNextSteps } from './agentNextSteps.js';
import { suggestRestartCommands } from './agentRestartCommands.js';
import { agentSession, type AgentSurroundings } from './agentSession.js';
import { suggestStatements } from './agentStatements.js';
import { suggestWorkInProgress } from './agentWorkInProgress.js';
import { suggestTranscriptCommits } from './commits.js';
import { findingsOf, type FindingsProblem } from './findings.js';

/**
 * What an agent's session suggests. Pure: the same session gives the same suggestions, with the same ids.
 * @param activity since the last reset
 */
export function suggestFromAgent(activity: SessionActivity, surroundings: AgentSurroundings): Suggestion[] {
  const session = agentSession(activity, surroundings);
  return [
    ...suggestFixedErrors(session),
    ...suggestDeadEnds(session),
    ...suggestDecisions(session),
    ...suggestStatements(session),
    ...suggestWorkInProgress(session),
    ...suggestNextSteps(session),
    ...suggestRestartCommands(session),
    ...suggestTranscriptCommits(session),
    ...findingsOf(session).suggestions,
  ];
}

/** What of the agent's findings could not be read, to be told to the person. */
export const findingsProblems = (activity: SessionActivity, surroundings: AgentSurroundings): readonly FindingsProblem[] => findingsOf(agentSession(activity, surroundings)).problems;
