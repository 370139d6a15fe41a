// Makes Chatter.App/wwwroot/emoji/en.json, what the app knows of emoji, and Chatter.Chat/Protocol/Data/emoji.txt, which ones the server takes. Run by hand where Unicode has new ones,
// from the root of the clone:
//
//   npm install --prefix /tmp/emojibase emojibase-data@17.0.0 && node tools/emoji.mjs /tmp/emojibase/node_modules/emojibase-data
//
// One row per emoji, in Unicode's order: [emoji, label, shortcodes, further words to find it by, skin tones, version].
// Shortcodes and words are parted by spaces. Skin tones: 0 none, 1 after the first code point, 2 after the first and the last (two people).
// The version of Unicode's emoji is only given where fonts may be older; 0 says that every font has it.
// The server's list has a line per emoji, with a tab and the skin tones if it has some, and one with a + for each form in skin tones that follows no such rule.
import { readFileSync, writeFileSync } from 'node:fs';

const source = process.argv[2];
const read = path => JSON.parse(readFileSync(`${source}/${path}`, 'utf8'));
const list = codes => [codes ?? []].flat();

const COMPONENTS = 2;
const OLD_ENOUGH = 13.1;
const NAMES = {
  0: 'Smileys and emotion', 1: 'People and body', 3: 'Animals and nature', 4: 'Food and drink', 5: 'Travel and places',
  6: 'Activities', 7: 'Objects', 8: 'Symbols', 9: 'Flags',
};

// The form that keyboards send: Emojibase adds a variation selector also where it changes nothing, and a reaction with it would be another reaction.
const qualified = emoji => emoji.replace(/^(\p{Emoji_Presentation})\ufe0f$/u, '$1');

const usable = entry => entry.group !== undefined && entry.group !== COMPONENTS;

const all = read('en/data.json').filter(usable).sort((a, b) => a.order - b.order);

const words = text => text.toLowerCase().split(/[^\p{L}\p{N}+]+/u).filter(Boolean);

// A shortcode means one emoji. GitHub's meaning is the one that people know, thus it goes first; what Emojibase adds should be more than the label again.
const owners = new Map();
for (const name of ['github', 'emojibase']) {
  const codes = read(`en/shortcodes/${name}.json`);
  const known = new Set(owners.values());
  for (const entry of all) {
    const label = words(entry.label);
    for (const code of list(codes[entry.hexcode])) {
      if (!/^[a-z0-9_+-]+$/.test(code)) throw new Error(`${entry.label}: nobody can type ${code}.`);
      if (!owners.has(code) && !(known.has(entry) && code.split('_').every(word => label.includes(word)))) owners.set(code, entry);
    }
  }
}
const shortcodes = group(owners.keys(), code => owners.get(code));
for (const entry of all) if (!shortcodes.has(entry)) throw new Error(`${entry.label} has no shortcode.`);

function group(items, by) {
  const groups = new Map();
  for (const item of items) groups.set(by(item), [...groups.get(by(item)) ?? [], item]);
  return groups;
}

// The search goes by how words begin, thus what a longer one begins with needs no mention.
function further(entry) {
  const said = [...words(entry.label), ...shortcodes.get(entry).flatMap(code => words(code.replaceAll('_', ' ')))];
  const tags = [...new Set((entry.tags ?? []).flatMap(words))];
  return tags.filter(word => word.length > 1 && !said.some(other => other.startsWith(word)) && !tags.some(other => other !== word && other.startsWith(word)));
}

const FIRST_TONE = 0x1f3fb;
function toned(emoji, kind, tone) {
  const points = [...emoji];
  const modifier = String.fromCodePoint(FIRST_TONE + tone - 1);
  const at = kind === 2 ? [0, points.length - 1] : [0];
  return points.map((point, i) => at.includes(i) ? point + modifier : point).join('').replaceAll(modifier + '\ufe0f', modifier);
}

// What the app makes up from the base must be what Unicode lists.
function tones(entry) {
  if (!entry.skins) return 0;
  const listed = new Set(entry.skins.map(skin => skin.emoji));
  const kind = [1, 2].find(kind => [1, 2, 3, 4, 5].every(tone => listed.has(toned(qualified(entry.emoji), kind, tone))));
  if (!kind) throw new Error(`${entry.label}: its skin tones follow no rule.`);
  return kind;
}

// Two people in two tones: some of these are made of other emoji than the one that they belong to.
function furtherTones(entry, kind) {
  const listed = (entry.skins ?? []).map(skin => qualified(skin.emoji));
  const plain = text => text.replaceAll('\ufe0f', '').replace(/[\u{1f3fb}-\u{1f3ff}]/gu, '');
  return listed.filter(form => plain(form) !== plain(entry.emoji) || (kind === 1 && [...form].filter(point => /[\u{1f3fb}-\u{1f3ff}]/u.test(point)).length > 1));
}

function row(entry) {
  const cells = [qualified(entry.emoji), entry.label.replaceAll('’', "'"), shortcodes.get(entry).join(' '), further(entry).join(' '), tones(entry), entry.version > OLD_ENOUGH ? entry.version : 0];
  while (!cells.at(-1)) cells.pop();
  return JSON.stringify(cells);
}

const groups = Object.entries(NAMES).map(([number, name]) => {
  const rows = all.filter(entry => entry.group === Number(number)).map(row);
  return `{"name":${JSON.stringify(name)},"emoji":[\n${rows.join(',\n')}\n]}`;
});
writeFileSync('Chatter.App/wwwroot/emoji/en.json', `[${groups.join(',\n')}]\n`);
const server = all.flatMap(entry => {
  const kind = tones(entry);
  return [qualified(entry.emoji) + (kind ? `\t${kind}` : ''), ...furtherTones(entry, kind).map(form => `+${form}`)];
});
writeFileSync('Chatter.Chat/Protocol/Data/emoji.txt', `${server.join('\n')}\n`);
