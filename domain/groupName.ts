/** DealerSocket asks "Part of a group?" (spec: cancellations.md, "DealerSocket"). */

/** The answer to the question, with the reason in words. */
export interface GroupAnswer {
  answer: boolean;
  because: string;
}

/** Makes of cars, RVs and boats that dealers carry in their names, and the two words that stand for a make. */
const makes = `
  Acura, Alfa Romeo, Aston Martin, Audi, Bentley, BMW, Buick, Cadillac, Chevrolet, Chevy, Chrysler, CDJR, CJDR, Dodge,
  Ferrari, Fiat, Ford, Genesis, GMC, Honda, Hyundai, Infiniti, Isuzu, Jaguar, Jeep, Kia, Lamborghini, Land Rover, Lexus,
  Lincoln, Lotus, Lucid, Maserati, Mazda, McLaren, Mercedes Benz, Mercedes, Mini, Mitsubishi, Nissan, Polestar, Porsche,
  Ram, Rivian, Rolls Royce, Subaru, Suzuki, Tesla, Toyota, VinFast, Volkswagen, Volvo, VW,
  Airstream, Coachmen, Dutchmen, Entegra, Fleetwood, Forest River, Grand Design, Heartland, Jayco, Keystone, Newmar, Thor,
  Tiffin, Winnebago, RV, RVs,
  Bayliner, Bennington, Boston Whaler, Chaparral, Cobalt, Grady White, Malibu, MasterCraft, Nautique, Regal, Sea Doo,
  Sea Ray, Sundancer, Tracker, Yamaha, Marine
`
  .split(',')
  .map((make) => make.trim());

/** A make as a word of its own: "Mercedes-Benz" and "Mercedes Benz" alike, but neither "Fordham" nor "Ford's". */
const firstMake = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${makes.map((make) => make.replace(/ /g, '[\\s-]+')).join('|')})(?![\\p{L}\\p{N}'’])`,
  'iu',
);

/** The words before the first make, such as `Sewell` of `Sewell Lexus of Dallas`; null where there are none. */
export function groupNameOf(dealerName: string): string | null {
  const name = oneSpaced(dealerName);
  const make = firstMake.exec(name);
  if (!make) return null;
  const before = name.slice(0, make.index).replace(/[\s,&/|:;–—-]+$/u, '');
  return before === '' || /^(the|a)$/i.test(before) ? null : before;
}

/**
 * Yes if the Salesforce account has a parent account; if that does not settle it, yes if CST knows other dealers whose name
 * begins with the same group name (spec: cancellations.md, "DealerSocket").
 * @param facts.othersWithPrefix names of the other dealers (not this one) that CST found by the group's name
 */
export function answerGroupQuestion(facts: {
  salesforceParentId: string | null;
  name: string;
  othersWithPrefix: string[];
}): GroupAnswer {
  if (facts.salesforceParentId)
    return { answer: true, because: `Salesforce names the parent account ${facts.salesforceParentId}` };
  const group = groupNameOf(facts.name);
  if (!group)
    return { answer: false, because: 'no parent account in Salesforce, and no group name in the dealership’s name' };
  const other = facts.othersWithPrefix.find((name) => beginsWithWords(name, group));
  return other
    ? { answer: true, because: `CST knows other dealers named "${group} ...", such as ${oneSpaced(other)}` }
    : { answer: false, because: `no parent account in Salesforce, and CST knows no other dealer named "${group} ..."` };
}

/** Whole words only: "Sewellton Kia" and "Sewell-Hart Kia" are not of the group "Sewell". */
function beginsWithWords(name: string, words: string): boolean {
  const lower = oneSpaced(name).toLowerCase();
  const prefix = words.toLowerCase();
  return lower.startsWith(prefix) && !/^[\p{L}\p{N}'’-]/u.test(lower.slice(prefix.length));
}

function oneSpaced(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ');
}
