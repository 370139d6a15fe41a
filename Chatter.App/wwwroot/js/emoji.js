// Emoji for whoever writes: a picker by a button, and `:smile` while typing.
import { completion } from './completion.js';
import { load, search, tone, toned, used } from './emoji-data.js';
import { say } from './words.js';

export { pick } from './emoji-picker.js';

/** The source of completions for `:smile`. Where the emoji can't be loaded, what is typed stays as it is. */
export const shortcodes = {
  name: say('Emoji'),
  trigger: ':',
  letters: 'a-z0-9_+\\-',
  least: 2,
  async find(word) {
    const emoji = await load().catch(() => null);
    return emoji ? search(emoji, word).map(found => option(found, word)) : [];
  },
  async whole(word) {
    const found = (await load().catch(() => null))?.byCode.get(word);
    return found ? option(found, word) : null;
  },
  took: ({ char }) => used(char),
};

function option(emoji, word) {
  const text = toned(emoji, tone());
  return { label: `:${emoji.codes.find(code => code.startsWith(word)) ?? emoji.codes[0]}:`, text, icon: text, char: emoji.char };
}

/** Completes emoji in a text area until the signal says that it is over. */
export const complete = (textarea, signal) => completion(textarea, [shortcodes], signal);
