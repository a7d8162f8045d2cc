/** DealerSocket asks "Part of a group?" (spec: cancellations.md, "DealerSocket"). */

/** The answer to the question, with the reason in words; null when a person must look in Salesforce. */
export interface GroupAnswer {
  answer: boolean | null;
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
 * begins with the same group name (spec: cancellations.md, "DealerSocket"). No is said only when Salesforce has said so.
 * @param facts.salesforceParentId null without a parent account; undefined where Salesforce is not connected, or does not
 *   know the account
 * @param facts.othersWithPrefix names of the other dealers (not this one) that CST found by the group's name
 */
export function answerGroupQuestion(facts: {
  salesforceParentId: string | null | undefined;
  /** Why Salesforce could not say, where it is known. */
  salesforceReason?: string;
  name: string;
  othersWithPrefix: string[];
}): GroupAnswer {
  const { salesforceParentId: parentId } = facts;
  if (parentId) return { answer: true, because: `Salesforce names the parent account ${parentId}` };
  const group = groupNameOf(facts.name);
  const other = group && facts.othersWithPrefix.find((name) => beginsWithWords(name, group));
  if (other)
    return { answer: true, because: `CST knows other dealers named "${group} ...", such as ${oneSpaced(other)}` };
  const names = group ? `CST knows no other dealer named "${group} ..."` : 'no group name in the dealership’s name';
  if (parentId === undefined)
    return {
      answer: null,
      because: `${facts.salesforceReason ?? 'Salesforce does not say whether there is a parent account'}, and ${names}`,
    };
  return { answer: false, because: `no parent account in Salesforce, and ${names}` };
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
