// What scripts say, in the language of the page: the server writes the words into it (Languages/ScriptWords.cs).
const words = JSON.parse(document.getElementById('words')?.textContent ?? '{}');
const language = document.documentElement.lang;
const plural = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(`${language}-u-nu-latn`);

/** Whether what stands first stands to the right. */
export const rightToLeft = document.documentElement.dir === 'rtl';

export const number = (value, digits = 0) => value.toLocaleString(`${language}-u-nu-latn`, { minimumFractionDigits: digits, maximumFractionDigits: digits });

// A name within a sentence must not turn it around: as Languages/BetweenOthers.cs.
const OTHER = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufefc]|[\ud802\ud803\ud83a\ud83b]/;
const keep = text => rightToLeft || OTHER.test(text) ? `\u2068${text}\u2069` : text;

const fill = (text, args) => text.replace(/\{(\d)\}/g, (whole, i) => {
  const argument = args[i];
  return typeof argument === 'number' ? numbers.format(argument) : argument === undefined ? whole : keep(String(argument));
});

/** Why the API refused something, for people: what it says itself is English. */
export const refusal = problem => words[`refused.${problem?.code}`] ?? problem?.detail;

/** A text by its key, with what belongs into it. */
export const say = (key, ...args) => fill(words[key] ?? key, args);

/** A text that goes with a number, in the form that the number demands. */
export const count = (key, many, ...args) => say(`${key}.${plural.select(many)}`, many, ...args);
