import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { firstLetters, foldedWords } from '../../domain/cancellations/dealerNames.ts';
import { answerGroupQuestion, Namesakes } from '../../domain/cancellations/groupQuestion.ts';

const { cases } = JSON.parse(readFileSync('../shared/cases/group-names.json', 'utf8')) as {
  cases: { dealer: string; other: string | null; answer: string }[];
};

function namesakesOf(name: string, ...others: string[]): Namesakes {
  const namesakes = new Namesakes({ id: 'D-1', name });
  namesakes.add([{ id: 'D-1', name }, ...others.map((other, index) => ({ id: `D-${index + 2}`, name: other }))]);
  return namesakes;
}

const answerOf = (name: string, ...others: string[]) =>
  answerGroupQuestion({ salesforceParentId: null, namesakes: namesakesOf(name, ...others), allCompared: true });

describe('where Salesforce knows no parent account', () => {
  test.each(cases)('$dealer and $other: $answer', ({ dealer, other, answer }) => {
    expect(answerOf(dealer, ...(other === null ? [] : [other])).answer).toBe(answer);
    if (other !== null) expect(answerOf(other, dealer).answer).toBe(answer);
  });

  test.each([
    ['O´Reilly Ford', 'OREILLY KIA'],
    ['Straße Ford', 'STRASSE Kia'],
    ['Ｓewell Lexus', 'Se\u200bwell Infiniti'],
    ['Mount Airy Ford', 'Mt. Airy Kia'],
    ['Sewell', 'Sewell, Inc.'],
    ['Smith + Sons Ford', 'Smith & Sons Kia'],
  ])('%s and %s are recognized as one group', (dealer, other) => {
    expect(answerOf(dealer, other).answer).toBe('yes');
  });

  test.each([
    ['Lexus of Dallas', 'Lexus of Austin'],
    ['Mercedes-Benz of Lakeport', 'Mercedes Benz of Fairview'],
    ['Honda World', 'Honda City'],
    ['Chrysler Dodge Jeep Ram of Dallas', 'Chrysler Dodge Jeep Ram of Austin'],
    ['Hendrick Honda', 'Hendrik Kia'],
    ['Hendrick Honda', 'Hendrikc Kia'],
    ['De Paula Ford', 'DePaula Kia'],
    ["Sewell's Kia", 'Sewell Lexus'],
    ['Sewell Lexus', 'Sewell-Hart Kia'],
    ['Sewell Lexus', 'Sewell Automotive Group'],
  ])('%s and %s are shown to a person to compare', (dealer, other) => {
    expect(answerOf(dealer, other)).toEqual({
      answer: 'maybe',
      reason: 'no parent account in Salesforce, but dealers with similar names exist',
      candidates: ['D-2'],
    });
  });

  test.each([
    ['Sewell Lexus', 'North Sewell Kia'],
    ['Ford of Dallas', 'Fort Worth Kia'],
    ['Solo Motors', 'Soho Motors'],
  ])('%s and %s are unrelated', (dealer, other) => {
    expect(answerOf(dealer, other).answer).toBe('no');
  });

  test('shows at most ten names, and one sure match answers Yes', () => {
    const similar = Array.from({ length: 30 }, (_, index) => `Larson Collision Center ${index}`);
    const { answer, candidates } = answerOf('Larson Honda', ...similar);
    expect([answer, candidates.length]).toEqual(['maybe', 10]);
    expect(answerOf('Larson Honda', ...similar, 'Larson Kia')).toMatchObject({ answer: 'yes', candidates: [] });
  });

  test('does not answer No before all names were compared', () => {
    const facts = { salesforceParentId: null, namesakes: namesakesOf('Solo Motors'), allCompared: false };
    expect(answerGroupQuestion(facts)).toMatchObject({
      answer: 'unknown',
      reason: 'no parent account in Salesforce, and not all dealers’ names could be compared',
    });
  });
});

describe('where Salesforce', () => {
  const facts = { namesakes: namesakesOf('Solo Motors'), allCompared: true };

  test('names a parent account, the answer is Yes whatever the names say', () => {
    expect(answerGroupQuestion({ ...facts, salesforceParentId: '001PARENT' })).toEqual({
      answer: 'yes',
      reason: 'Salesforce names the parent account 001PARENT',
      candidates: [],
    });
  });

  test('could not answer, the answer is not No', () => {
    expect(answerGroupQuestion({ ...facts, salesforceParentId: undefined })).toMatchObject({
      answer: 'unknown',
      reason: 'Salesforce does not say whether there is a parent account, and no other dealer has a similar name',
    });
    const salesforceReason = 'Salesforce is not connected';
    expect(answerGroupQuestion({ ...facts, salesforceParentId: undefined, salesforceReason }).reason).toContain(
      salesforceReason,
    );
    const namesakes = namesakesOf('Sewell Lexus', 'Sewell Kia');
    expect(answerGroupQuestion({ salesforceParentId: undefined, namesakes, allCompared: false }).answer).toBe('yes');
  });
});

test('similar names are searched under every spelling of their first letter', () => {
  expect(firstLetters(foldedWords('Émile Ford'))).toEqual(expect.arrayContaining(['e', 'é', 'è', 'ê', 'ë']));
  expect(firstLetters(foldedWords('The Åberg Group'))).toEqual(expect.arrayContaining(['a', 'å', 'æ']));
  expect(firstLetters(foldedWords('4 Wheel World'))).toEqual(['4']);
  expect(firstLetters(foldedWords('---'))).toEqual([]);
});
