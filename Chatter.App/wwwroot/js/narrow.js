// Whether the page is as narrow as a phone: the list of rooms is a drawer then, and what lies beside the room lies over it. As the style sheets have it.
export const NARROW = matchMedia('(max-width: 44.99875em)');
