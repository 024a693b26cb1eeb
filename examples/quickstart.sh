#!/bin/sh
# quickstart.sh: from a clean clone to a first warranted answer.
#
#   sh examples/quickstart.sh [-C DIR] [-- OPTION...]
#
#   -C DIR       data directory (default build/quickstart)
#   OPTION...    passed on to `warrant ask`, e.g. -- --model none, or -- --json
#
# Installs the Debian or Ubuntu packages that are missing (needs root for that only), fetches the
# library and the small language model into ${WARRANT_CACHE:-${XDG_CACHE_HOME:-~/.cache}/warrant},
# builds build/release, loads the example graph and asks a question. Everything that is already
# there is left as it is. The answer goes to stdout, all else to stderr; the exit code is that of
# `warrant ask`, or 1 when the set-up failed.
set -eu

QUESTION='How might metformin lower blood glucose in type 2 diabetes?'
CACHE=${WARRANT_CACHE:-${XDG_CACHE_HOME:-${HOME:?set HOME or WARRANT_CACHE}/.cache}/warrant}

# A dead network is noticed within a minute.
export npm_config_fetch_retries=1 npm_config_fetch_timeout=60000 PIP_RETRIES=1 PIP_TIMEOUT=30

say() {
    printf 'quickstart: %s\n' "$*" >&2
}

die() {
    say "$*"
    exit 1
}

usage() {
    sed -n '2,14s/^# \{0,1\}//p' "$0" >&2
    exit "$1"
}

# The model named among the arguments of ask, or nothing.
model_asked() {
    found=
    while [ $# -gt 0 ]; do
        case $1 in
        --model=*) found=${1#--model=} ;;
        --model) found=${2:-} ;;
        esac
        shift
    done
    printf '%s' "$found"
}

# True when the library and the model are there and intact.
get_model() {
    say "language model (about 140 MB to fetch when it is not in the cache yet)"
    sh examples/setup/packages.sh model || say "trying with the tools at hand"
    sh examples/setup/model.sh >&2
}

# quietly NAME COMMAND...: output is shown only when the command fails.
quietly() {
    log=build/$1.log
    shift
    "$@" >"$log" 2>&1 || {
        cat "$log" >&2
        return 1
    }
}

build_release() {
    say "building build/release (a few minutes when cold)"
    mkdir -p build
    quietly quickstart-configure cmake --preset release || die "cmake could not configure the build"
    quietly quickstart-build cmake --build --preset release || die "the build failed"
}

# A link to each GGUF of the cache, so that the data directory stands on its own.
link_models() {
    mkdir -p "$DATA/models"
    for gguf in "$CACHE"/models/*.gguf; do
        [ -e "$gguf" ] && ln -sf "$gguf" "$DATA/models/"
    done
    return 0
}

load_graph() {
    say "loading the example graph"
    "$WARRANT" -C "$DATA" kg import --format kgx --source warrant-example --version 1 \
        examples/kg/nodes.tsv examples/kg/edges.tsv >&2 || die "the example graph was not loaded"
}

DATA=
while [ $# -gt 0 ]; do
    case $1 in
    -C)
        [ $# -ge 2 ] || usage 2
        DATA=$2
        shift 2
        ;;
    -h | --help) usage 0 ;;
    --)
        shift
        break
        ;;
    *) usage 2 ;;
    esac
done
case $DATA in
'' | /*) ;;
*) DATA=$PWD/$DATA ;;
esac

cd "$(dirname "$0")/.."
DATA=${DATA:-$PWD/build/quickstart}
WARRANT=$PWD/build/release/bin/warrant

sh examples/setup/packages.sh run || die "packages are missing, see above"
have_model=no
case $(model_asked "$@") in
none | script:*)
    say "language model: not needed for this run"
    ;;
*)
    if get_model; then
        have_model=yes
    elif [ -n "$(model_asked "$@")" ]; then
        say "language model: set-up failed, see above; going on with the model that was named"
    else
        say "language model: NOT AVAILABLE, see above; going on with --model none, which lets the" \
            "protocol alone drive the loop. Run this script again to fetch the model."
        set -- --model none "$@"
    fi
    ;;
esac
build_release
mkdir -p "$DATA"
[ "$have_model" = no ] || link_models
load_graph

# Tools run confined by the kernel. Where it cannot, the program asks for a policy that accepts that.
if "$WARRANT" -C "$DATA" doctor 2>/dev/null | grep -Eq '^(warn|WARN)[[:space:]].*sandbox (files|calls)'; then
    say "THIS KERNEL CANNOT CONFINE TOOLS (no Landlock or no seccomp): going on with the shipped policy" \
        "no-sandbox, which accepts that; see policies/no-sandbox.policy.json"
    set -- --policy default,no-sandbox "$@"
fi

say "asking: $QUESTION"
code=0
"$WARRANT" -C "$DATA" ask "$QUESTION" --seed 7 "$@" || code=$?
say "the run is recorded; to see it and to check that nothing in it was altered:"
printf '    %s -C %s run list\n' build/release/bin/warrant "$DATA" >&2
printf '    %s -C %s run show last\n' build/release/bin/warrant "$DATA" >&2
printf '    %s -C %s audit verify last\n' build/release/bin/warrant "$DATA" >&2
exit "$code"
