import { answerGroupQuestion, type GroupAnswer, Namesakes } from '../../domain/cancellations/groupQuestion.ts';
import { salesAccountOf } from '../connectors/salesforce.ts';
import type { Context } from '../shared/context.ts';
import { dealer } from '../shared/dealers.ts';
import { retryingRefusals } from '../shared/retry.ts';
import { similarDealers } from './similarNames.ts';

/** DealerSocket's "Part of a group?": Salesforce's parent account, then CST's names (spec: cancellations.md, DealerSocket). */
async function groupAnswer(context: Context, account: string): Promise<GroupAnswer> {
  const own = await dealer(context.dealers, account);
  const { salesAccount, reason } = await salesAccountOf(context.connectors, account);
  const namesakes = new Namesakes(own);
  const allCompared =
    !salesAccount?.parentId &&
    (await similarDealers(context, own.name, (some) => {
      namesakes.add(some);
      return namesakes.enough;
    }));
  return answerGroupQuestion({
    salesforceParentId: salesAccount?.parentId,
    salesforceReason: reason,
    namesakes,
    allCompared,
  });
}

const titles: Record<GroupAnswer['answer'], string> = { yes: 'Yes', no: 'No', maybe: 'Maybe', unknown: 'Not known' };

export function groupQuestionActivities(context: Context) {
  return {
    /** @returns the answer, with its reason in the proof */
    async answerGroupQuestion({ account }: { account: string }): Promise<{ group: GroupAnswer; evidence: string }> {
      const group = await retryingRefusals(() => groupAnswer(context, account));
      return { group, evidence: `${titles[group.answer]}: ${group.reason}` };
    },
  };
}
