import { answerGroupQuestion, type GroupAnswer, groupNameOf } from '../domain/groupName.ts';
import type { Context } from './context.ts';
import { dealer } from './dealers.ts';
import { retryingRefusals } from './retry.ts';

/** DealerSocket's "Part of a group?": Salesforce's parent account, then CST's names (spec: cancellations.md, DealerSocket). */
async function groupAnswer({ dealers, salesforce }: Context, account: string): Promise<GroupAnswer> {
  const own = await dealer(dealers, account);
  const salesAccount = await salesforce?.account(account);
  const group = groupNameOf(own.name);
  const namesakes = group && !salesAccount?.parentId ? await dealers.named(group, 50) : [];
  return answerGroupQuestion({
    salesforceParentId: salesAccount?.parentId ?? null,
    name: own.name,
    othersWithPrefix: namesakes.filter((one) => one.id !== own.id).map((one) => one.name),
  });
}

export function groupQuestionActivities(context: Context) {
  return {
    /** @returns the answer, with its reason in the proof */
    async answerGroupQuestion({ account }: { account: string }): Promise<{ group: GroupAnswer; proof: string }> {
      const group = await retryingRefusals(() => groupAnswer(context, account));
      return { group, proof: `${group.answer ? 'Yes' : 'No'}: ${group.because}` };
    },
  };
}
