import { answerGroupQuestion, type GroupAnswer, Namesakes } from '../../domain/cancellations/groupQuestion.ts';
import { salesAccountOf } from '../connectors/salesforce.ts';
import type { Context } from '../shared/context.ts';
import { retryingRefusals } from '../shared/retry.ts';
import { dealer } from './dealers.ts';

/** DealerSocket's "Part of a group?": Salesforce's parent account, then CST's names (spec: cancellations.md, DealerSocket). */
async function groupAnswer({ dealers, salesforce }: Context, account: string): Promise<GroupAnswer> {
  const own = await dealer(dealers, account);
  const { salesAccount, reason } = await salesAccountOf({ salesforce }, account);
  const namesakes = new Namesakes(own);
  const allCompared =
    !salesAccount?.parentId &&
    (await dealers.similar(own.name, (some) => {
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
