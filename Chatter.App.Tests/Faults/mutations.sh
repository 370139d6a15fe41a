#!/usr/bin/env bash
# Breaks the engine on purpose, in a copy of the tree, and requires that the fault runs notice: a check that can't fail proves nothing.
# All mutations are patched in at once, each behind a switch that the server's environment turns on, so that there is one build.
# Usage: mutations.sh [NAME …]. The last line is `N caught, N missed`. Exit code 0 only if every one was caught, and the unbroken engine passes.
set -uo pipefail
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
root=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
copy=$(mktemp -d)/copy
names=() tests=() laws=()
trap 'git -C "$root" worktree remove --force "$copy"; rm -rf "$(dirname "$copy")"' EXIT
git -C "$root" worktree add --quiet --detach "$copy" HEAD

# LAW is what the run has to name, or alternatives: `unjudged` where the server refuses what it finds, so that the run can't come to its end.
# mutate NAME LAW TEST FILE FROM TO: in TO, MUTATED is true where the mutation is switched on. A further FILE FROM TO belongs to the same one.
mutate() {
  names+=("$1") laws+=("$2") tests+=("$3")
  local name=$1
  shift 3
  while (($#)); do
    FROM=$2 TO=${3//MUTATED/(System.Environment.GetEnvironmentVariable(\"CHATTER_MUTATION\") == \"$name\")} \
      perl -0pi -e '$n += s/\Q$ENV{FROM}\E/$ENV{TO}/; END { $? = !$n }' "$copy/Chatter.Chat/$1" || { echo "$name: $1 has no such place: $2" >&2; exit 1; }
    shift 3
  done
}

named='*P1_killed_before_a_commit*' clients='*C1_C2_C3_C5*'
mutate answer-before-commit S1 "$named" RoomLog/EventWriter.cs "CrashPoint.Pass(CrashPoint.BeforeCommit);" \
  'if (MUTATED) { foreach (var operation in operations) operation.Committed(); _broadcaster.Release(); Thread.Sleep(3); }
            CrashPoint.Pass(CrashPoint.BeforeCommit);'
mutate deliver-before-commit S11 "$named" RoomLog/EventWriter.cs "CrashPoint.Pass(CrashPoint.BeforeCommit);" \
  'if (MUTATED) { foreach (var item in batch.Appended) _broadcaster.Offer(item); _broadcaster.Release(); Thread.Sleep(3); }
            CrashPoint.Pass(CrashPoint.BeforeCommit);'
mutate drop-one-frame-in-2000 S8 "$clients" Broadcasting/SocketWriter.cs 'target.Append(item.Frame);' \
  'if (!MUTATED || Random.Shared.Next(2000) > 0) target.Append(item.Frame);'
mutate keep-the-head-after-a-rollback S7 '*D3_whatever*' RoomLog/EventWriter.cs '_memory.Clear();' 'if (!MUTATED) _memory.Clear();'
mutate forget-a-nonce S3 "$clients" Messages/NoncedAppend.cs 'if (nonce is not null)
        {' 'if (nonce is not null && !(MUTATED && Random.Shared.Next(5) == 0))
        {'
mutate swallow-another-content S17 "$clients" Messages/NoncedAppend.cs 'if (!known.Hash' 'if (!MUTATED && !known.Hash'
mutate deliver-after-left A1 "$clients" Broadcasting/SocketWriter.cs 'if (item.EndReason is not { } reason' 'if (MUTATED || item.EndReason is not { } reason'
mutate check-the-right-before-the-queue A1 "$clients" Messages/NoncedAppend.cs 'if (!RoomAccess.Enter(batch, room, sender.Id).Is(out var entered, out var refusal)) return refusal;' \
  'if (!RoomAccess.Enter(batch, room, sender.Id).Is(out var entered, out var refusal))
        {
            if (!MUTATED || refusal != RoomAccess.NotAMember) return refusal;
            entered = (batch.Room(room)!, new MemberRow { Role = Roles.Member });
        }'
mutate take-an-unknown-commit-for-a-failure S5 '*D3_failed_fsyncs*' Storage/StoreUnavailableException.cs 'ErrorCodes.Unavailable' '(MUTATED ? ErrorCodes.Conflict : ErrorCodes.Unavailable)'
mutate ignore-the-epoch S16 "$clients" Gateway/Greeting.cs 'clientEpoch != epoch.Value ?' '!MUTATED && clientEpoch != epoch.Value ?'
mutate synchronous-off 'S1|unjudged' '*D1_after*' Storage/Database.cs 'command.ExecuteNonQuery();
        if (readOnly) return;' 'if (MUTATED) command.CommandText = command.CommandText.Replace("synchronous = full", "synchronous = off", StringComparison.Ordinal);
        command.ExecuteNonQuery();
        if (readOnly || MUTATED) return;'
mutate resume-one-too-early S9 "$clients" Gateway/Greeting.cs 'if (reason is null) return seq;' 'if (reason is null) return MUTATED ? Math.Max(0, seq - 1) : seq;'
mutate resume-one-too-late S8 "$clients" Gateway/Greeting.cs 'if (reason is null) return' 'if (reason is null && MUTATED && seq < entry.Last) return seq + 1;
        if (reason is null) return'
mutate let-the-time-run-backwards F3 '*T1_clocks*' RoomLog/WriteBatch.cs 'Math.Max(head.LastAt, now.ToUnixTimeMilliseconds())' '(MUTATED ? now.ToUnixTimeMilliseconds() : Math.Max(head.LastAt, now.ToUnixTimeMilliseconds()))'
mutate move-read-marks-back F2 "$clients" Messages/MarkRead.cs 'frame.Back != true) return' 'frame.Back != true && !MUTATED) return'
mutate lose-count-of-members F1 "$clients" RoomLog/WriteBatch.cs 'Head(room).Members--;' 'if (!MUTATED) Head(room).Members--;'
mutate ignore-prev S10 '*D3_whatever*' Messages/SendMessage.cs 'if (frame.Prev is { } prev && Find' 'if (!MUTATED && frame.Prev is { } prev && Find'
mutate greet-with-an-old-end S12 "$clients" Gateway/Greeting.cs 'AddEntries(frames, socket, user, [.. memberships.Select(static membership => membership.Entry)]);' \
  'if (MUTATED) memberships = memberships.ConvertAll(static m => m with { Entry = m.Entry with { Last = Math.Max(1, m.Entry.Last - 3) } });
        AddEntries(frames, socket, user, [.. memberships.Select(static membership => membership.Entry)]);'
mutate leave-the-sockets-of-an-ended-session A3 "$clients" Users/SessionService.cs 'connections.CloseSession(sessionId, closeCode);' 'if (!MUTATED) connections.CloseSession(sessionId, closeCode);'
mutate refuse-at-the-expense-of-others L2 '*C4_floods*' Gateway/FrameDispatcher.cs 'socket.Post(error);' \
  'if (MUTATED) using (services.Database.Gate.Enter(TimeSpan.FromSeconds(5))) Thread.Sleep(2_500);
        socket.Post(error);'
mutate leak-a-descriptor-a-socket L3 "$clients" Gateway/SocketEndpoint.cs 'place.Open(socket);' \
  'if (MUTATED) AppDomain.CurrentDomain.SetData($"{Guid.NewGuid()}", File.OpenRead("/dev/null"));
        place.Open(socket);'

run() { # MUTATION TEST
  CHATTER_MUTATION=$1 timeout --kill-after=10 180 dotnet test --project "$copy/Chatter.App.Tests" --no-build --no-progress --filter-method "$2" 2>&1 < /dev/null
}

echo "building the mutated engine"
dotnet build "$copy/Chatter.App.Tests" -v q > "$copy/out" 2>&1 || { grep error "$copy/out"; exit 1; }
caught=0 missed=0
for test in "$named" "$clients"; do
  run none "$test" > "$copy/out" || { cat "$copy/out"; echo "The unbroken engine doesn't pass $test."; exit 1; }
done
for i in "${!names[@]}"; do
  [[ $# -gt 0 && " $* " != *" ${names[i]} "* ]] && continue
  run "${names[i]}" "${tests[i]}" > "$copy/out"
  found=$(grep -oE '^ *(S[0-9]+|A[123]|F[123]|L[123]|E1): [0-9]+ in all' "$copy/out" | grep -oE '[SAFLE][0-9]+' | sort -u | paste -sd' ')
  grep -q "can't be judged" "$copy/out" && found+=" unjudged"
  hit=
  for law in ${laws[i]//|/ }; do [[ " $found " == *" $law "* ]] && hit=1; done
  if [[ $hit ]]; then
    caught=$((caught + 1))
    echo "caught  ${names[i]}: ${tests[i]//\*/} ($found)"
  else
    missed=$((missed + 1))
    echo "MISSED  ${names[i]}: ${tests[i]//\*/} doesn't name ${laws[i]} (it names: ${found:-nothing})"
    tail -n 40 "$copy/out" > "${TMPDIR:-/tmp}/missed-${names[i]}.log"
  fi
done
echo "$caught caught, $missed missed"
[[ $missed -eq 0 && $caught -gt 0 ]]
