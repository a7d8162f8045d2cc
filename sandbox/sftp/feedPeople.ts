import { chance, numberOf, purpose } from './feedRandom.ts';
import type { RowBytes } from './rowBytes.ts';

const words = (text: string) => text.split(' ');

const firstNames = words(
  'Ada Alan Alice Amir Amy Ana Andre Anna Ben Bella Boris Carla Carl Chen Chloe Clara Cody Dana Dante Diego Dora Elena Eli Emma Erik Esther Eva Felix Fiona Frank Gina Grace Grant Hana Hank Heidi Hugo Ian Ida Ines Iris Ivan Jack Jade Jana Jared Jill Joan Joel June Kai Kara Karl Kim Kira Kurt Lana Lars Leah Lena Leo Liam Lily Lola Luca Lucy Luis Maya Mara Marc Marta Max Mia Mila Milo Nadia Nate Nina Noah Nora Olga Omar Oscar Otto Owen Pablo Paula Pia Quinn Rafael Rita Rosa Ruth Ryan Sam Sara Seth Sofia Tara Tess Theo Tina Tom Uma Vera Victor Vince Wade Wendy Yara Zoe',
);
const lastNames = words(
  'Abbott Acosta Adler Alvarez Archer Baker Barlow Bauer Becker Bishop Blake Boone Brandt Brooks Burke Calder Carver Castillo Chang Clarke Conway Cortez Crane Dalton Daniels Delgado Dixon Doyle Drake Duarte Eaton Ellis Espinoza Fabian Farrow Fields Fischer Fleming Foster Franklin Fuentes Gallagher Garner Gibbs Goodwin Graves Griffin Hale Hamilton Harlow Hart Hayes Herrera Hobbs Holland Hoover Ingram Irving Jarvis Jensen Jordan Keller Kendall Kim Kirk Klein Lambert Lawson Lindgren Lopez Lowell Lynch Madden Marlow Marsh Mendez Mercer Miles Monroe Morales Moss Nash Navarro Nichols Norton Nguyen Olsen Ortega Osborne Palmer Parrish Pearce Perkins Pike Porter Quigley Ramsey Reeves Rhodes Rivera Rowland Salazar Sanders Schmidt Serrano Shaw Silva Stanton Sutton Tanaka Thorne Tucker Underwood Valdez Vaughn Vega Wade Walsh Watts Weaver Webster Whitaker Wilder Yates York Zamora Zeller',
);
const firstInEmail = firstNames.map((name) => `${name.toLowerCase()}.`);
const lastInEmail = lastNames.map((name) => `${name.toLowerCase()}.`);
const streets = words('Main Oak Elm Lake Hill Park Pine Cedar River Mill Church High Maple Spring Ridge').map(
  (name) => ` ${name} Street`,
);
const places = [
  ['Lakeport', 'TX', 75_001],
  ['Cedar Ridge', 'CO', 80_002],
  ['Bay Harbor', 'FL', 32_003],
  ['Westfield', 'MI', 48_001],
  ['Juniper', 'AZ', 85_001],
  ['Silver Lake', 'NY', 12_001],
  ['Redwood Falls', 'CA', 95_001],
] as const;
/** 100 numbers in each are for stories: 555-0100 to 555-0199. */
const areaCodes = words(
  '201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251 252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 320 321 323 325 330 334 336 337 339 346 347 351 352 360 361 385 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423 424 425 430 432 434 435 440 443 458 469 470 475 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515 516 517 518 520 530 539 540 541 551 559 561 562 563 567 570 571 573 574 575 580 585 586 601 602 603 605 606 607 608 609 610 612 614 615 616 617 618 619 620 623 626 630 631 636 641 646 650 651 657 660 661 662 678 682 701 702 703 704 706 707 708 712 713 714 715 716 717 718 719 720 724 727 731 732 734 740 747 754 757 760 762 763 765 769 770 772 773 774 775 781 785 786 801 802 803 804 805 806 808 810 812 813 814 815 816 817 818 828 830 831 832 843 845 847 848 850 856 857 858 859 860 862 863 864 865 870 872 878 901 903 904 906 907 908 909 910 912 913 914 915 916 917 918 919 920 925 928 931 936 937 940 941 947 949 951 952 954 956 959 970 971 972 973 978 979 980 984 985 989',
);

const of = {
  first: purpose('first'),
  last: purpose('last'),
  place: purpose('place'),
  hasEmail: purpose('has email'),
  hasPhone: purpose('has phone'),
  area: purpose('area'),
  line: purpose('line'),
  house: purpose('house'),
  street: purpose('street'),
  zip: purpose('zip'),
  way: purpose('way of a person'),
};

/** Writes the cells of a customer: number, names, email, phone, address, city, state, postal code. */
export function writeCustomer(row: RowBytes, seed: number, index: number, isOdd: boolean): void {
  const first = numberOf(seed, index, of.first, firstNames.length);
  const last = numberOf(seed, index, of.last, lastNames.length);
  const [city, state, code] = places[numberOf(seed, index, of.place, places.length)]!;
  const area = areaCodes[numberOf(seed, index, of.area, areaCodes.length)]!;
  const line = numberOf(seed, index, of.line, 100);
  const hasPhone = chance(seed, index, of.hasPhone) < 0.9;
  const house = 100 + numberOf(seed, index, of.house, 9_900);
  const street = streets[numberOf(seed, index, of.street, streets.length)]!;
  const odd = isOdd
    ? oddly(numberOf(seed, index, of.way, 4), {
        first: firstNames[first]!,
        last: lastNames[last]!,
        phone: hasPhone ? `${area}5550${100 + line}` : '',
        address: `${house}${street}`,
      })
    : undefined;
  row.text('C');
  row.whole(100_000 + index);
  row.next();
  row.text(odd?.first ?? firstNames[first]!);
  row.next();
  row.text(odd?.last ?? lastNames[last]!);
  row.next();
  if (chance(seed, index, of.hasEmail) < 0.85) {
    row.text(firstInEmail[first]!);
    row.text(lastInEmail[last]!);
    row.whole(index);
    row.text('@example.com');
  }
  row.next();
  if (odd) row.text(odd.phone);
  else if (hasPhone) {
    row.text(area);
    row.text('5550');
    row.whole(100 + line);
  }
  row.next();
  if (odd) row.text(odd.address);
  else {
    row.whole(house);
    row.text(street);
  }
  row.next();
  row.text(city);
  row.next();
  row.text(state);
  row.next();
  row.whole(code + numberOf(seed, index, of.zip, 900));
  row.next();
}

interface Cells {
  first: string;
  last: string;
  phone: string;
  address: string;
}

/** The same person, written as exports of real systems write some: quotes, commas, accents, line breaks, blanks. */
function oddly(way: number, { first, last, phone, address }: Cells): Cells {
  const spaced = phone && `(${phone.slice(0, 3)}) ${phone.slice(3, 6)}-${phone.slice(6)}`;
  if (way === 0) return { first: `"${first} ""Red"""`, last: `"${last}, Jr."`, phone: spaced, address };
  if (way === 1) return { first: `René ${first}`, last: `O'${last}`, phone, address: `"${address}\r\nUnit 4"` };
  if (way === 2)
    return { first: first.toUpperCase(), last: last.toUpperCase(), phone: spaced, address: `"${address}, Suite 12"` };
  return { first: ` ${first} `, last: ` ${last}`, phone: `"${spaced}"`, address };
}
