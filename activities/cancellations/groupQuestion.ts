import { answerGroupQuestion, type GroupAnswer, Namesakes } from '../../domain/cancellations/groupQuestion.ts';
import type { SystemCode } from '../../domain/shared/actors.ts';
import { salesAccountOf } from '../connectors/salesforce.ts';
import type { Context } from '../shared/context.ts';
import { dealer } from '../shared/dealers.ts';
import { retryingRefusals } from '../shared/retry.ts';
import { similarDealers } from './similarNames.ts';

/** DealerSocket's "Part of a group?": Salesforce's parent account, then CST's names (spec: cancellations.md, DealerSocket). */
async function groupAnswer(context: Context, account: string): Promise<{ group: GroupAnswer; by: SystemCode }> {
  const own = await dealer(context.dealers, account);
  const { salesAccount, reason } = await salesAccountOf(context.connectors, account);
  const namesakes = new Namesakes(own);
  const allCompared =
    !salesAccount?.parentId &&
    (await similarDealers(context, own.name, (some) => {
      namesakes.add(some);
      return namesakes.enough;
    }));
  const group = answerGroupQuestion({
    salesforceParentId: salesAccount?.parentId,
    salesforceReason: reason,
    namesakes,
    allCompared,
  });
  if (salesAccount?.parentId) return { group, by: 'salesforce' };
  return { group, by: context.connectors.cst ? 'cst' : 'dealerops' };
}

const titles: Record<GroupAnswer['answer'], string> = { yes: 'Yes', no: 'No', maybe: 'Maybe', unknown: 'Not known' };

export function groupQuestionActivities(context: Context) {
  return {
    /** @returns the answer with its reason as the evidence; `by`: the system whose data decided it */
    async answerGroupQuestion({
      account,
    }: {
      account: string;
    }): Promise<{ group: GroupAnswer; by: SystemCode; evidence: string }> {
      const { group, by } = await retryingRefusals(() => groupAnswer(context, account));
      return { group, by, evidence: `${titles[group.answer]}: ${group.reason}` };
    },
  };
}
