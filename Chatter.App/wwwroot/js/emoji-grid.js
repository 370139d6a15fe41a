// The emoji of the picker, in sections. A section is filled when it comes near to what is seen, or when the keyboard goes there: nobody waits for 1,900
// buttons, and the height of a section is known without them.
import { tone, toned } from './emoji-data.js';
import { rightToLeft } from './words.js';

const NEAR = '200px';

/** `list` is the element that scrolls; `chosen` is told which emoji was clicked, `shown` which one the pointer or the keyboard is on. */
export function grid(list, { chosen, shown }) {
  let sections = [];
  let columns = 1;
  let current;   // the one option that Tab goes to
  const emojiOf = new WeakMap();
  const near = new IntersectionObserver(
    entries => entries.filter(entry => entry.isIntersecting).forEach(entry => fill(sections.find(section => section.box === entry.target))),
    { root: list, rootMargin: NEAR });
  const optionOf = e => e.target.closest('[role="option"]');

  list.addEventListener('click', e => optionOf(e) && chosen(emojiOf.get(optionOf(e))));
  for (const type of ['pointerover', 'focusin']) list.addEventListener(type, e => optionOf(e) && shown(emojiOf.get(optionOf(e))));

  function show(groups) {
    near.disconnect();
    current = undefined;
    sections = groups.map(({ name, emoji }) => {
      const box = document.createElement('div');
      box.className = 'emoji-section';
      box.role = 'group';
      box.ariaLabel = name;
      const title = document.createElement('div');
      title.className = 'emoji-name';
      title.ariaHidden = 'true';
      title.textContent = name;
      const cells = document.createElement('div');
      cells.className = 'emoji-cells';
      cells.role = 'presentation';
      box.append(title, cells);
      return { emoji, box, cells };
    });
    list.replaceChildren(...sections.map(section => section.box));
    list.scrollTop = 0;
    measure();
    if (sections.length) makeCurrent(fill(sections[0]).cells.firstElementChild);
    sections.forEach(section => near.observe(section.box));
  }

  /** The width has changed. */
  function measure() {
    const style = getComputedStyle(list);
    const inner = list.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    columns = Math.max(1, Math.floor(inner / parseFloat(style.getPropertyValue('--cell'))));
    list.style.setProperty('--columns', columns);
    for (const { emoji, cells } of sections) cells.style.setProperty('--rows', Math.ceil(emoji.length / columns));
  }

  function fill(section) {
    if (section.cells.firstElementChild) return section;
    const chosenTone = tone();
    section.cells.append(...section.emoji.map(emoji => {
      const option = document.createElement('button');
      option.type = 'button';
      option.role = 'option';
      option.tabIndex = -1;
      option.ariaLabel = emoji.label;
      option.textContent = toned(emoji, chosenTone);
      emojiOf.set(option, emoji);
      return option;
    }));
    return section;
  }

  /** The skin tone has changed. */
  function retone() {
    const chosenTone = tone();
    for (const option of list.querySelectorAll('[role="option"]')) option.textContent = toned(emojiOf.get(option), chosenTone);
  }

  function makeCurrent(option) {
    if (current) current.tabIndex = -1;
    current = option;
    current.tabIndex = 0;
  }

  function focus(section, index) {
    makeCurrent(fill(section).cells.children[index]);
    current.focus({ preventScroll: true });
    current.scrollIntoView({ block: 'nearest' });
    return true;
  }

  /** Where a key leads from the option that has the focus. False where it leads out at the top, undefined where it is no key of ours. */
  function move(key) {
    const at = sections.findIndex(section => section.box.contains(document.activeElement));
    const section = sections[at];
    const index = [...section.cells.children].indexOf(document.activeElement);
    const [before, after] = [sections[at - 1], sections[at + 1]];
    const count = section.emoji.length;
    const column = index % columns;
    const lastRow = n => n - 1 - (n - 1) % columns;
    // The next one stands where one reads on.
    const mirrored = { ArrowLeft: 'ArrowRight', ArrowRight: 'ArrowLeft' };
    switch ((rightToLeft && mirrored[key]) || key) {
      case 'ArrowRight': return index + 1 < count ? focus(section, index + 1) : after ? focus(after, 0) : true;
      case 'ArrowLeft': return index > 0 ? focus(section, index - 1) : before ? focus(before, before.emoji.length - 1) : false;
      case 'ArrowDown':
        if (index < lastRow(count)) return focus(section, Math.min(index + columns, count - 1));
        return after ? focus(after, Math.min(column, after.emoji.length - 1)) : true;
      case 'ArrowUp':
        if (index >= columns) return focus(section, index - columns);
        return before ? focus(before, Math.min(lastRow(before.emoji.length) + column, before.emoji.length - 1)) : false;
      case 'Home': return focus(section, index - column);
      case 'End': return focus(section, Math.min(index - column + columns, count) - 1);
      case 'PageDown': return after ? focus(after, 0) : focus(section, count - 1);
      case 'PageUp': return before ? focus(before, 0) : focus(section, 0);
      default: return undefined;
    }
  }

  return {
    show,
    measure,
    retone,
    move,
    enter: () => sections.length > 0 && focus(sections[0], 0),
    first: () => sections[0]?.emoji[0],
    jump(index) { list.scrollTop = sections[index].box.offsetTop - list.offsetTop; },
    /** The section that is read now. */
    reading: () => sections.findLastIndex(({ box }) => box.offsetTop - list.offsetTop <= list.scrollTop + 1),
    end: () => near.disconnect(),
  };
}
