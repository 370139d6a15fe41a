#!/usr/bin/env bash
# Sets up what the tests need, builds with warnings as errors, checks the format, runs every test project in turn, fast ones first.
# Tests that failed run once more, alone; those that pass then are listed as flaky, and more than three of them fail the run.
# `./test.sh soak MINUTES` breaks the program at random for so long instead, `./test.sh power TIMES` takes the power away so often, under a heavier load;
# `./test.sh cuts MINUTES` has five people chat in browsers over wires that break;
# `./test.sh measure` says what pages cost and how quick they are (docs/performance.md); all print what is drawn and what came of it (docs/reliability.md).
# The last line is `N passed, N failed, N skipped`. Exit code 0 only if something ran and nothing failed (and, in CI, nothing was skipped).
set -uo pipefail
cd "$(dirname "$0")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
export XUNIT_PRINT_MAX_STRING_LENGTH=0 # a failure is told in full
solution=Chatter.Blazor.sln
limit=2700 # seconds for one run of tests
most_flaky=3
faults='Chatter.App.Tests.Faults*'
passed=0 failed=0 skipped=0
flaky=()
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

step() { printf '\n== %s\n' "$*"; }

finish() {
  echo
  if [[ ${#flaky[@]} -gt 0 ]]; then
    echo "Flaky: these failed among the others and passed alone. Each is a bug to mend."
    printf '  %s\n' "${flaky[@]}"
    if [[ ${#flaky[@]} -gt $most_flaky ]]; then
      echo "More than $most_flaky are flaky: they count as failed."
      failed=$((failed + ${#flaky[@]})) passed=$((passed - ${#flaky[@]}))
    fi
  fi
  echo "$passed passed, $failed failed, $skipped skipped"
  [[ $failed -eq 0 && $passed -gt 0 && ! (${CI:-} == true && $skipped -gt 0) ]]
  exit
}

# A step that must succeed before anything can be tested counts as one failure.
need() {
  step "$*"
  "$@" && return
  echo "FAILED: $*" >&2
  failed=$((failed + 1))
  finish
}

install_missing() {
  local wanted=()
  command -v chromium > /dev/null || [[ -n ${CHROMIUM:-} ]] || wanted+=(chromium fonts-dejavu-core)
  compgen -G "/usr/share/fonts/*/*/*[Ee]moji*" > /dev/null || wanted+=(fonts-noto-color-emoji)
  command -v curl > /dev/null || wanted+=(curl)
  command -v jq > /dev/null || wanted+=(jq)
  command -v npx > /dev/null || wanted+=(nodejs npm)
  "${PYTHON:-/usr/bin/python3}" -c 'import websockets' 2> /dev/null || wanted+=(python3-websockets)
  command -v gcc > /dev/null || wanted+=(gcc libc6-dev)
  command -v prlimit > /dev/null || wanted+=(util-linux)
  local proxy
  for proxy in nginx haproxy caddy; do
    # Where Debian has them isn't in everybody's path.
    PATH="$PATH:/usr/sbin" command -v "$proxy" > /dev/null || wanted+=("${proxy/#nginx/nginx-light}")
  done
  [[ ${#wanted[@]} -eq 0 ]] && return
  if ! command -v apt-get > /dev/null || [[ $(id -u) -ne 0 ]]; then
    echo "Please install: ${wanted[*]}" >&2
    return 1
  fi
  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${wanted[@]}"
}

# A project's tests, with options of the test runner. A run that hangs is a failure, not a wait.
dotnet_test() { timeout --kill-after=10 "$limit" dotnet test --project "$@" --no-build --no-progress 2>&1 < /dev/null; }

# Runs the tests of a project, with options of the test runner. Tests that failed run once more, alone.
run_tests() {
  local log="$logs/log" project=$1 code=0
  step "tests of $*"
  dotnet_test "$@" | tee "$log"
  code=${PIPESTATUS[0]}
  local ok bad left
  ok=$(count succeeded "$log") bad=$(count failed "$log") left=$(count skipped "$log")
  passed=$((passed + ok)) skipped=$((skipped + left))
  if [[ $code -ne 0 ]]; then
    local names=()
    mapfile -t names < <(failed_methods "$log")
    # A run that ends badly without naming each failed test (a crash, no test found) isn't mended by repeating some.
    if [[ $bad -eq 0 ]]; then bad=1; elif [[ ${#names[@]} -gt 0 ]]; then retry "$project" "$bad" "${names[@]}"; return; fi
  fi
  failed=$((failed + bad))
}

# Methods of the tests that a log says have failed. A theory's cases are one method.
failed_methods() { sed -nE 's/^ *failed ([A-Za-z0-9_.+]+)(\(.*)? \([^()]*[0-9]m?s\)$/\1/p' "$1" | sort -u; }

# Runs each of these methods by itself. One that passes now is flaky; one that fails again has failed.
retry() {
  local project=$1 bad=$2 log="$logs/retry" method again=0
  shift 2
  # Ten and more that fail at once aren't flaky, and repeating them takes long.
  if [[ $# -gt 10 ]]; then
    failed=$((failed + bad))
    return
  fi
  for method in "$@"; do
    step "once more, alone: $method"
    if dotnet_test "$project" --filter-method "$method" | tee "$log"; then
      flaky+=("$method")
    else
      again=$((again + 1))
    fi
  done
  failed=$((failed + again)) passed=$((passed + $# - again))
}

# One test that takes long, by the test program itself: it shows what a test says while it runs.
run_long() {
  local log="$logs/log" code=0
  step "$*"
  timeout --kill-after=10 "$limit" Chatter.App.Tests/bin/Debug/net10.0/Chatter.App.Tests -method "$@" -showLiveOutput -noColor 2>&1 < /dev/null | tee "$log"
  code=${PIPESTATUS[0]}
  if [[ $code -eq 0 ]] && grep -q 'Total: 1,' "$log"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

count() { awk -v what="$1:" '$1 == what { n = $2 } END { print n + 0 }' "$2"; }

locked=()
[[ ${CI:-} == true ]] && locked=(--locked-mode)
need install_missing
need npm ci --prefix Chatter.Chat.Tests/Interop
need dotnet restore "$solution" "${locked[@]}"
need dotnet build "$solution" --no-restore -warnaserror
case ${1:-} in
  soak)
    export CHATTER_SOAK_MINUTES=${2:?How many minutes?}
    limit=$((CHATTER_SOAK_MINUTES * 60 + 300))
    run_long '*SoakTests.*'
    finish
    ;;
  cuts)
    export CHATTER_CUT_MINUTES=${2:?How many minutes?}
    limit=$((CHATTER_CUT_MINUTES * 60 + 600))
    run_long '*CutStories.*'
    finish
    ;;
  measure)
    need dotnet publish Chatter.App -c Release -o "$logs/app"
    need dotnet publish bench/EmptyPage -c Release -o "$logs/empty"
    export CHATTER_APP="$logs/app/Chatter.App.dll" CHATTER_EMPTY_PAGE="$logs/empty/EmptyPage.dll"
    for what in '*Measurements.What_a_page*' '*Measurements.How_quick*' '*Measurements.What_an_empty*' '*Measurements.What_a_circuit*'; do run_long "$what" -explicit only; done
    finish
    ;;
  power)
    export CHATTER_POWER_LOSSES=${2:?How often?}
    limit=$((CHATTER_POWER_LOSSES * 30 + 300))
    run_long '*DiskFaultTests.D1_after_*'
    finish
    ;;
esac
need dotnet format "$solution" --verify-no-changes --no-restore
run_tests Chatter.Chat.Tests
# What pages cost is measured by `measure`, and is no test.
run_tests Chatter.App.Tests --filter-not-namespace "$faults" --filter-not-class '*.Measurements'
# These measure how soon all is well again, so nothing runs beside them.
run_tests Chatter.App.Tests --filter-namespace "$faults"
finish
