#!/bin/sh
# run.sh: installs what the tests need, builds everything twice and runs every test.
#
#   sh tests/run.sh
#
# Stages, in this order: packages, language model, llama-server, build and tests with clang, build
# with gcc, public headers alone, the tests with threads under ThreadSanitizer, quickstart, two
# hundred questions at once, and last the whole suite with gcc. Both debug builds have ASan, UBSan
# and -Werror. A build that fails ends the run; a test that fails is remembered while the other
# stages go on. Exit 0 only when every stage passed. The last lines are ctest's own summary.
#
# Tests that need the weights of the language model or llama-server skip when those cannot be had;
# with CI=true (which has them) that is a failure. llama-server is built once, in some minutes, and
# kept in the cache beside the weights. JOBS sets the number of parallel jobs.
set -eu
cd "$(dirname "$0")/.."

JOBS=${JOBS:-$(nproc)}
CI=${CI:-false}
FAILED=
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"

# A dead network is noticed within a minute.
export npm_config_fetch_retries=1 npm_config_fetch_timeout=60000 PIP_RETRIES=1 PIP_TIMEOUT=30

now() {
    date +%s
}

START=$(now)

stage() {
    printf '\n== %s (%s s since the start)\n' "$*" "$(($(now) - START))"
}

die() {
    printf '\n== FAILED: %s\n' "$*"
    exit 1
}

# remember NAME: a stage that failed without ending the run.
remember() {
    printf '\n== FAILED: %s; going on\n' "$1"
    FAILED="$FAILED; $1"
}

build() { # PRESET COMPILER CMAKE-OPTION...
    preset=$1
    compiler=$2
    shift 2
    CC=$compiler cmake --preset "$preset" "$@" || die "configure $preset"
    cmake --build --preset "$preset" -j "$JOBS" || die "build $preset"
}

# ThreadSanitizer of older compilers does not start where addresses are randomised over many bits.
with_fixed_addresses() {
    if setarch "$(uname -m)" -R true 2>/dev/null; then
        setarch "$(uname -m)" -R "$@"
    else
        "$@"
    fi
}

thread_tests() {
    CC=gcc cmake --preset tsan || die "configure tsan"
    cmake --build --preset tsan -j "$JOBS" --target threads_tests || die "build tsan"
    with_fixed_addresses ctest --test-dir build/tsan --output-on-failure --no-tests=error \
        -L '^threads$'
}

get_model() {
    sh examples/setup/packages.sh model || echo "run.sh: trying with the tools at hand"
    sh examples/setup/model.sh
}

stage "packages"
sh examples/setup/packages.sh test || die "packages"

stage "language model"
if ! get_model; then
    [ "$CI" != true ] || die "language model (CI must have the weights)"
    echo "run.sh: NO LANGUAGE MODEL: every test that needs its weights will skip"
fi

stage "llama-server"
if ! sh tests/llm/llama_server.sh; then
    [ "$CI" != true ] || die "llama-server (CI must have it)"
    echo "run.sh: NO LLAMA-SERVER: every test that talks to one will skip"
fi

stage "build clang (clang, ASan, UBSan, -Werror, fuzz targets)"
build clang clang -DWARRANT_FUZZERS=ON

stage "tests with clang (all but those labelled slow or lint)"
ctest --test-dir build/clang --output-on-failure --no-tests=error -j "$JOBS" -LE '^(slow|lint)$' ||
    remember "tests with clang"

stage "build dev (gcc, ASan, UBSan, -Werror)"
build dev gcc

stage "public headers alone"
cmake --build --preset dev -j "$JOBS" --target all_verify_interface_header_sets ||
    remember "public headers alone"

stage "threads under ThreadSanitizer (gcc)"
thread_tests || remember "threads under ThreadSanitizer"

stage "quickstart, twice (release)"
python3 tests/quickstart.py || remember "quickstart"

stage "two hundred questions of one store, sixteen at a time (release)"
WARRANT_ROOT=$PWD WARRANT_BIN=$PWD/build/release/bin/warrant \
    python3 tests/cli/test_concurrent_asks.py 200 || remember "concurrent questions"

[ -z "$FAILED" ] || printf '\n== FAILED so far%s\n' "$FAILED"
stage "tests with gcc (everything: lint, fuzz corpus, examples)"
ctest --test-dir build/dev --output-on-failure --no-tests=error -j "$JOBS" || exit 1
[ -z "$FAILED" ] || die "${FAILED#; }"
