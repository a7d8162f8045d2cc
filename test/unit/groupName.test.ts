import { describe, expect, test } from 'vitest';
import { answerGroupQuestion, groupNameOf } from '../../domain/groupName.ts';

describe('the group in a dealer’s name', () => {
  test.each([
    ['Sewell Lexus of Dallas', 'Sewell'],
    ['Brightwater Land Rover Lakeport', 'Brightwater'],
    ['Brightwater Mercedes-Benz', 'Brightwater'],
    ['Brightwater Mercedes Benz', 'Brightwater'],
    ['Cedar  Ridge   Volkswagen', 'Cedar Ridge'],
    ['Old Mill Chevrolet-Buick-GMC', 'Old Mill'],
    ['Old Mill, Toyota/Scion', 'Old Mill'],
    ['Smith & Sons FORD', 'Smith & Sons'],
    ['Harborline Grady-White', 'Harborline'],
    ['Harborline Boston Whaler', 'Harborline'],
    ['Prairie Wind RV', 'Prairie Wind'],
    ['Fordham Kia', 'Fordham'],
    ["Ford's Toyota", "Ford's"],
    ['Ramírez Nissan', 'Ramírez'],
  ])('%s: %s', (name, group) => {
    expect(groupNameOf(name)).toBe(group);
  });

  test.each(['Lexus of Dallas', 'The Ford Store', 'Brightwater Automotive', '', 'Mercedes-Benz of Lakeport', '- Kia'])(
    '%s: none',
    (name) => {
      expect(groupNameOf(name)).toBeNull();
    },
  );
});

describe('"Part of a group?"', () => {
  const name = 'Sewell Lexus of Dallas';

  test('yes with a parent account in Salesforce, whatever the names say', () => {
    expect(answerGroupQuestion({ salesforceParentId: '001PARENT', name: 'Kia', othersWithPrefix: [] })).toEqual({
      answer: true,
      because: 'Salesforce names the parent account 001PARENT',
    });
  });

  test.each(['Sewell Cadillac of Houston', 'SEWELL cadillac', 'Sewell', 'Sewell, Inc.'])(
    'yes when CST knows another dealer of the group: %s',
    (other) => {
      const { answer, because } = answerGroupQuestion({
        salesforceParentId: null,
        name,
        othersWithPrefix: ['Sewells', other],
      });
      expect(answer).toBe(true);
      expect(because).toBe(`CST knows other dealers named "Sewell ...", such as ${other}`);
    },
  );

  test.each(['Sewellton Kia', 'Sewell-Hart Kia', 'Sewell’s Kia', 'North Sewell Kia'])(
    '%s is of another name',
    (other) => {
      const { answer, because } = answerGroupQuestion({ salesforceParentId: null, name, othersWithPrefix: [other] });
      expect(answer).toBe(false);
      expect(because).toContain('no other dealer named "Sewell ..."');
    },
  );

  test('nobody says no where Salesforce could not say', () => {
    expect(answerGroupQuestion({ salesforceParentId: undefined, name, othersWithPrefix: [] }).answer).toBeNull();
    expect(answerGroupQuestion({ salesforceParentId: undefined, name, othersWithPrefix: ['Sewell Kia'] }).answer).toBe(
      true,
    );
  });

  test('no when the name has no group', () => {
    const facts = { salesforceParentId: null, name: 'Lexus of Dallas', othersWithPrefix: ['Lexus of Austin'] };
    expect(answerGroupQuestion(facts)).toEqual({
      answer: false,
      because: 'no parent account in Salesforce, and no group name in the dealership’s name',
    });
  });
});
