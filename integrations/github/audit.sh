#!/bin/bash -p
# Audits once, writes every report from that one audit, and hands on what came of it. Ends as the audit ended, unless
# the caller wants to decide by the outputs himself; even then a usage or an internal error fails the step.
set -euo pipefail

# Tools are the system's own, whatever earlier steps put in front; the audit sees PATH as it is.
path=${PATH-}
PATH=/usr/sbin:/usr/bin:/sbin:/bin

say() { printf 'reachaudit: %s\n' "$1" >&2; }

case $RA_TARGET in -*) say "a target does not begin with a dash"; exit 2 ;; esac
case $RA_SARIF in *$'\n'*) say "the name of a file has one line"; exit 2 ;; esac
reports=$(mktemp -d "$RUNNER_TEMP/reachaudit-XXXXXX")

arguments=(--profile="$RA_PROFILE" --format=text --format=json="$reports/report.json"
  --format=openmetrics="$reports/numbers" --format=markdown="$reports/summary.md" --format=github="$reports/annotations")
[ -z "$RA_SARIF" ] || arguments+=(--format=sarif="$RA_SARIF")

# The runner obeys lines of the log; while this word stands between, it obeys none.
word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
status=0
printf '::stop-commands::%s\n' "$word"
PATH=$path "$RA_BINARY" audit "${arguments[@]}" -- "$RA_TARGET" || status=$?
printf '\n::%s::\n' "$word"

# The one that is set, of a family whose members are all told; else nothing.
one() { sed -n "s/^reachaudit_$1{reachaudit_$1=\"\\([a-z]*\\)\"} 1\$/\\1/p" "$reports/numbers"; }

verdict='' radius='' score='' report=''
if [ -f "$reports/numbers" ] && [ -f "$reports/report.json" ]; then
  verdict=$(one verdict) radius=$(one worst_case_radius) report=$reports/report.json
  score=$(sed -n 's/^reachaudit_worst_case_score \([0-9]*\)$/\1/p' "$reports/numbers")
fi
printf '%s\n' "verdict=$verdict" "radius=$radius" "score=$score" "status=$status" "report=$report" >>"$GITHUB_OUTPUT"

[ "$RA_SUMMARY" != true ] || [ ! -f "$reports/summary.md" ] || cat "$reports/summary.md" >>"$GITHUB_STEP_SUMMARY"
[ "$RA_ANNOTATIONS" != true ] || [ ! -f "$reports/annotations" ] || cat "$reports/annotations"

# Only a verdict may be left to the caller. A status and a verdict that disagree are no verdict.
case $RA_ENFORCE:$status:$verdict in
  *:0:pass) exit 0 ;;
  false:1:fail | false:3:incomplete) exit 0 ;;
  *:0:*) say "no verdict, so the step fails"; exit 4 ;;
  *) exit "$status" ;;
esac
