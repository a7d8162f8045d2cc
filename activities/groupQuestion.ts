import { answerGroupQuestion, type GroupAnswer, groupNameOf } from '../domain/groupName.ts';
import type { Context } from './context.ts';
import { dealer } from './dealers.ts';
import { retryingRefusals } from './retry.ts';
import { salesAccountOf } from './salesforce.ts';

/** DealerSocket's "Part of a group?": Salesforce's parent account, then CST's names (spec: cancellations.md, DealerSocket). */
async function groupAnswer({ dealers, salesforce }: Context, account: string): Promise<GroupAnswer> {
  const own = await dealer(dealers, account);
  const { salesAccount, reason } = await salesAccountOf({ salesforce }, account);
  const group = groupNameOf(own.name);
  // Whole words first: of a short name such as "Don" all that is found could be "Donovan ...".
  const prefixes = group && !salesAccount?.parentId ? [`${group} `, group] : [];
  const namesakes = await Promise.all(prefixes.map((prefix) => dealers.named(prefix, 50)));
  return answerGroupQuestion({
    salesforceParentId: salesAccount?.parentId,
    salesforceReason: reason,
    name: own.name,
    othersWithPrefix: namesakes.flatMap((some) => some.filter(({ id }) => id !== own.id).map(({ name }) => name)),
  });
}

function words({ answer, because }: GroupAnswer): string {
  return `${answer === null ? 'Not known' : answer ? 'Yes' : 'No'}: ${because}`;
}

export function groupQuestionActivities(context: Context) {
  return {
    /** @returns the answer, with its reason in the proof */
    async answerGroupQuestion({ account }: { account: string }): Promise<{ group: GroupAnswer; proof: string }> {
      const group = await retryingRefusals(() => groupAnswer(context, account));
      return { group, proof: words(group) };
    },
  };
}
