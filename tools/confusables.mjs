// Makes Chatter.Chat/Protocol/Data/confusables.txt, the characters that look like others. Run by hand where Unicode has new ones, from the root of the clone:
//
//   npm install --prefix /tmp/unhomoglyph unhomoglyph@1.0.6 && node tools/confusables.mjs /tmp/unhomoglyph/node_modules/unhomoglyph
//
// One line per prototype: what they look like, a tab, the characters. Left out is what the server's skeleton doesn't ask for (Chatter.Chat/Protocol/NameSkeleton.cs):
// ASCII, which stands for itself, and what NFKD takes apart anyway. What looks like an m is said to look like `rn` by Unicode, since an m does; here it is an m.
import { readFileSync, writeFileSync } from 'node:fs';

const confusables = JSON.parse(readFileSync(`${process.argv[2]}/data.json`, 'utf8'));
const lines = new Map();
for (const [char, prototype] of Object.entries(confusables)) {
  if (char.codePointAt(0) < 0x80 || [...char].length !== 1 || char.normalize('NFKD') !== char) continue;
  const target = prototype.normalize('NFKD').replaceAll('rn', 'm');
  if (target === char) continue;
  if (/\s/.test(char) || /[\t\n]/.test(target)) continue; // white space is the skeleton's own matter, and one prototype has a tab in it
  lines.set(target, (lines.get(target) ?? '') + char);
}
const sorted = [...lines].sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync('Chatter.Chat/Protocol/Data/confusables.txt', sorted.map(([target, chars]) => `${target}\t${chars}\n`).join(''));
