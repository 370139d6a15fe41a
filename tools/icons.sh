#!/usr/bin/env bash
# Makes wwwroot/icons from wwwroot/favicon.svg. Run it when that changes; the pictures are checked in, so a build needs no browser.
set -euo pipefail
cd "$(dirname "$0")/../Chatter.App/wwwroot"
chromium="${CHROMIUM:-/usr/bin/chromium}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# name, size, share of the width that the mark takes, what is behind it. A maskable icon is cut to any shape, so its mark keeps within the inner four fifths; what
# stands on a phone's screen has no transparency there.
make() {
  local name=$1 size=$2 share=$3 behind=$4
  printf '<!DOCTYPE html><style>html,body{margin:0;height:100%%;background:%s;overflow:hidden}body{display:grid;place-items:center}svg{width:%s%%}</style>' "$behind" "$share" > "$work/icon.html"
  cat favicon.svg >> "$work/icon.html"
  "$chromium" --headless --no-sandbox --hide-scrollbars --force-device-scale-factor=1 --default-background-color=00000000 \
    --user-data-dir="$work/profile" --window-size="$size,$size" --screenshot="$work/$name.png" "file://$work/icon.html" 2> /dev/null
  mv "$work/$name.png" "icons/$name.png"
}

mkdir -p icons
make icon-192 192 100 transparent
make icon-512 512 100 transparent
make maskable-512 512 58 white
make apple-touch-icon 180 70 white
