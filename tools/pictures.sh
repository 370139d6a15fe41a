#!/usr/bin/env bash
# Takes the pictures of docs/ui.md from the running app, with a talk as people have it: 1,440 and 390 wide, light and dark.
# Needs what `./test.sh` sets up. The whole set of all views is in artifacts/browser afterwards.
set -euo pipefail
cd "$(dirname "$0")/.."
export CHATTER_PICTURES=$PWD/docs/pictures
mkdir -p "$CHATTER_PICTURES"
dotnet build Chatter.App.Tests
Chatter.App.Tests/bin/Debug/net10.0/Chatter.App.Tests -class '*.Pictures' -noColor
ls "$CHATTER_PICTURES"
