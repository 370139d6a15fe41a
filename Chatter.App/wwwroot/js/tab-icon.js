// How much is unread stands in front of the tab's title; in a row of tabs its icon is all one sees, so it says it, too, and where the app is installed, its
// icon on the desktop does.
const icon = document.querySelector('link[rel="icon"]');
const plain = icon.href;
const MOST = 99;
let said;   // the number that is shown

// As favicon.svg, with a number over it.
function counted(count) {
  const text = count > MOST ? `${MOST}+` : `${count}`;
  const width = [14, 18, 24][text.length - 1];
  return 'data:image/svg+xml,' + encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">
    <path fill="#3E63DD" d="M5.5 2h13A3.5 3.5 0 0 1 22 5.5v8a3.5 3.5 0 0 1-3.5 3.5h-6.2l-4.7 4.4A1 1 0 0 1 6 20.7V17h-.5A3.5 3.5 0 0 1 2 13.5v-8A3.5 3.5 0 0 1 5.5 2Z"/>
    <rect x="${24 - width}" y="9" width="${width}" height="15" rx="5" fill="#ce2c31"/>
    <text x="${24 - width / 2}" y="21" text-anchor="middle" font-family="sans-serif" font-size="${text.length > 2 ? 11 : 13}" font-weight="700" fill="#fff">${text}</text></svg>`);
}

function show() {
  const count = Number(document.title.match(/^\((\d+)\)/)?.[1] ?? 0);
  if (said === count) return;
  said = count;
  icon.href = count ? counted(count) : plain;
  (count ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.())?.catch(() => {});   // not installed, or not allowed
}

new MutationObserver(show).observe(document.head, { childList: true, subtree: true, characterData: true });
show();
