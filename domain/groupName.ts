/** DealerSocket asks "Part of a group?" (spec: cancellations.md, DealerSocket). */

/** Makes of cars, RVs and boats that dealers carry in their names; the words before the first are the group's. */
const makes = [
  ...[
    'Acura',
    'Alfa Romeo',
    'Aston Martin',
    'Audi',
    'Bentley',
    'BMW',
    'Buick',
    'Cadillac',
    'Chevrolet',
    'Chevy',
    'Chrysler',
    'CDJR',
  ],
  ...[
    'Dodge',
    'Ferrari',
    'Fiat',
    'Ford',
    'Genesis',
    'GMC',
    'Honda',
    'Hyundai',
    'Infiniti',
    'Jaguar',
    'Jeep',
    'Kia',
    'Lamborghini',
  ],
  ...[
    'Land Rover',
    'Lexus',
    'Lincoln',
    'Lucid',
    'Maserati',
    'Mazda',
    'McLaren',
    'Mercedes-Benz',
    'Mercedes',
    'MINI',
    'Mitsubishi',
  ],
  ...[
    'Nissan',
    'Polestar',
    'Porsche',
    'Ram',
    'Rivian',
    'Rolls-Royce',
    'Subaru',
    'Tesla',
    'Toyota',
    'Volkswagen',
    'VW',
    'Volvo',
  ],
  ...[
    'Airstream',
    'Coachmen',
    'Forest River',
    'Grand Design',
    'Jayco',
    'Keystone',
    'Thor',
    'Tiffin',
    'Winnebago',
    'RV',
  ],
  ...['Bayliner', 'Boston Whaler', 'Chaparral', 'Grady-White', 'MasterCraft', 'Sea Ray', 'Tracker', 'Yamaha', 'Marine'],
].map((make) => make.toLowerCase());

/** The words before the first make, such as `Sewell` of `Sewell Lexus of Dallas`; null where there are none. */
export function groupNameOf(dealerName: string): string | null {
  const words = dealerName.trim().split(/\s+/);
  const lower = words.map((word) => word.toLowerCase());
  for (let at = 0; at < words.length; at += 1) {
    const isMake = makes.some((make) => {
      const parts = make.split(' ');
      return parts.every((part, offset) => lower[at + offset] === part);
    });
    if (isMake) return at === 0 ? null : words.slice(0, at).join(' ');
  }
  return null;
}

/**
 * Yes if the Salesforce account has a parent account; if that does not settle it, yes if CST knows other dealers whose name
 * begins with the same group name (spec: cancellations.md, DealerSocket).
 * @param othersWithPrefix names of the other dealers that CST found by the group's name
 */
export function answerGroupQuestion(facts: {
  salesforceParentId: string | null;
  name: string;
  othersWithPrefix: string[];
}): { answer: boolean; because: string } {
  if (facts.salesforceParentId)
    return { answer: true, because: `Salesforce names the parent account ${facts.salesforceParentId}` };
  const group = groupNameOf(facts.name);
  if (!group)
    return { answer: false, because: 'no parent account in Salesforce, and no group name in the dealership’s name' };
  const others = facts.othersWithPrefix.filter((other) => other.toLowerCase().startsWith(`${group.toLowerCase()} `));
  return others.length > 0
    ? { answer: true, because: `CST knows other dealers named "${group} ...", such as ${others[0]}` }
    : { answer: false, because: `no parent account in Salesforce, and CST knows no other dealer named "${group} ..."` };
}
