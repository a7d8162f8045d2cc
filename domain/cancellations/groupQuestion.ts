import type { DealerName } from '../shared/accounts.ts';
import { cut } from '../shared/shortLine.ts';
import { foldedWords, likeness } from './dealerNames.ts';

/** DealerSocket asks "Part of a group?" (spec: cancellations.md, "DealerSocket"). */

/** `maybe`: dealers with similar names were found; `unknown`: what must be known for a No is not. A person decides both. */
export interface GroupAnswer {
  answer: 'yes' | 'no' | 'maybe' | 'unknown';
  reason: string;
  /** IDs of dealers with similar names for the person to compare, at most 10. */
  candidates: string[];
}

/** Dealers whose names are like one dealer's, gathered as they are found. */
export class Namesakes {
  /** A dealer that surely belongs to the same group. */
  ofGroup: DealerName | undefined;
  private readonly similar = new Map<string, DealerName>();
  private readonly own: { id: string; words: string[] };

  constructor(own: DealerName) {
    this.own = { id: own.id, words: foldedWords(own.name) };
  }

  add(dealers: DealerName[]): void {
    for (const dealer of dealers) {
      if (dealer.id === this.own.id) continue;
      const how = likeness(this.own.words, foldedWords(dealer.name));
      if (how === 'group') this.ofGroup ??= dealer;
      else if (how === 'similar' && this.similar.size < mostCandidates) this.similar.set(dealer.id, dealer);
    }
  }

  /** Whether nobody else needs to be looked for: with 10 similar ones a person decides. */
  get enough(): boolean {
    return this.ofGroup !== undefined || this.similar.size >= mostCandidates;
  }

  /** By ID, at most 10. */
  get candidates(): string[] {
    return [...this.similar.keys()].sort();
  }
}

const mostCandidates = 10;

/**
 * Yes if the Salesforce account has a parent account; if that does not settle it, yes if CST knows other dealers whose name
 * begins with the same group name (spec: cancellations.md, "DealerSocket"). No needs both: Salesforce says that there is no parent
 * account, and all names were compared and none is similar.
 * @param facts.salesforceParentId null without a parent account; undefined where Salesforce could not say
 * @param facts.salesforceReason why it could not, where that is known
 * @param facts.allCompared whether the names of all dealers were compared that may be similar
 */
export function answerGroupQuestion(facts: {
  salesforceParentId: string | null | undefined;
  salesforceReason?: string;
  namesakes: Namesakes;
  allCompared: boolean;
}): GroupAnswer {
  const { salesforceParentId: parentId, namesakes, allCompared } = facts;
  if (parentId) return { answer: 'yes', reason: `Salesforce names the parent account ${parentId}`, candidates: [] };
  const { ofGroup, candidates } = namesakes;
  if (ofGroup) {
    const reason = `the name of another dealer begins with the same words: ${oneSpaced(ofGroup.name)} (${ofGroup.id})`;
    return { answer: 'yes', reason, candidates: [] };
  }
  const salesforce =
    parentId === null
      ? 'no parent account in Salesforce'
      : (facts.salesforceReason ?? 'Salesforce does not say whether there is a parent account');
  if (candidates.length > 0)
    return { answer: 'maybe', reason: `${salesforce}, but dealers with similar names exist`, candidates };
  if (!allCompared)
    return { answer: 'unknown', reason: `${salesforce}, and not all dealers’ names could be compared`, candidates };
  const reason = `${salesforce}, and no other dealer has a similar name`;
  return { answer: parentId === null ? 'no' : 'unknown', reason, candidates };
}

function oneSpaced(text: string): string {
  return cut(text.replace(/[\s\p{Cc}]+/gu, ' ').trim(), 100);
}
