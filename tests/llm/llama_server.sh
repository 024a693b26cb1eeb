#!/bin/sh
# llama_server.sh: builds llama-server of llama.cpp v0.5.0 for the tests, from the pinned source.
#
#   sh tests/llm/llama_server.sh
#
# The source comes through examples/setup/model.sh, which checks its SHA-256. The result is
# ${WARRANT_CACHE:-${XDG_CACHE_HOME:-~/.cache}/warrant}/llama-server-v0.5.0 with the stripped
# program, the shared libraries beside it, the licences, STAMP (commit and flags) and SHA256SUMS.
# It is built in a temporary folder and moved into place whole; a second run checks the sums and
# does nothing. 4 to 5 minutes on 2 cores, 0.6 GB of memory a job, 0.5 GB of disk while it runs.
# Needs git, cmake, ninja and g++; JOBS sets the number of parallel jobs.
set -eu
cd "$(dirname "$0")/../.."

MODEL_SH=examples/setup/model.sh
COMMIT=$(sed -n 's/^SRC_COMMIT=//p' "$MODEL_SH")
CACHE=${WARRANT_CACHE:-${XDG_CACHE_HOME:-${HOME:?set HOME or WARRANT_CACHE}/.cache}/warrant}
ROOT=$CACHE/llama-server-v0.5.0
JOBS=${JOBS:-$(nproc)}

# Not native: with gcc 12 the AMX kernels of a native build die of an illegal instruction. Without
# OpenMP there is no libgomp to ship. No web page, no TLS, nothing is downloaded.
FLAGS='-DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER=gcc -DCMAKE_CXX_COMPILER=g++
-DBUILD_SHARED_LIBS=ON -DCMAKE_BUILD_WITH_INSTALL_RPATH=ON -DCMAKE_INSTALL_RPATH=$ORIGIN
-DGGML_NATIVE=OFF -DGGML_OPENMP=OFF -DGGML_CCACHE=OFF -DLLAMA_OPENSSL=OFF
-DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_APP=OFF
-DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF -DLLAMA_BUILD_IS_DEV=OFF
-DLLAMA_BUILD_NUMBER=0'

say() {
    printf 'llama_server.sh: %s\n' "$*"
}

die() {
    printf 'llama_server.sh: %s\n' "$*" >&2
    exit 1
}

stamp() {
    printf 'llama.cpp v0.5.0, commit %s\n%s\n' "$COMMIT" "$FLAGS"
}

is_intact() {
    [ -f "$ROOT/STAMP" ] && [ "$(cat "$ROOT/STAMP")" = "$(stamp)" ] || return 1
    (cd "$ROOT" && sha256sum --quiet --strict -c SHA256SUMS) >/dev/null 2>&1 || return 1
    "$ROOT/llama-server" --version >/dev/null 2>&1
}

# logged NAME COMMAND...: ends the run with the tail of the log when the command fails.
logged() {
    name=$1
    shift
    "$@" >"$TMP/log" 2>&1 && return
    tail -n 40 "$TMP/log" >&2
    die "could not $name llama-server; above is the end of the log"
}

build() {
    # Word splitting is meant: one argument a flag.
    # shellcheck disable=SC2086
    logged configure env -u CFLAGS -u CXXFLAGS -u LDFLAGS cmake -S "$TMP/source" \
        -B "$TMP/build" -G Ninja $FLAGS -DLLAMA_BUILD_COMMIT="$COMMIT"
    logged build cmake --build "$TMP/build" --target llama-server -j "$JOBS"
}

install_tree() {
    mkdir "$TMP/tree"
    cp -P "$TMP/build/bin/llama-server" "$TMP/build/bin/"lib*.so* "$TMP/tree/"
    cp -R "$TMP/source/LICENSE" "$TMP/source/licenses" "$TMP/tree/"
    find "$TMP/tree" -maxdepth 1 -type f '(' -name llama-server -o -name 'lib*.so*' ')' \
        -exec strip '{}' +
    stamp >"$TMP/tree/STAMP"
    (cd "$TMP/tree" && find . -type f | LC_ALL=C sort | xargs sha256sum) >"$TMP/SHA256SUMS"
    mv "$TMP/SHA256SUMS" "$TMP/tree/SHA256SUMS"
    logged start "$TMP/tree/llama-server" --version
    rm -rf "$ROOT"
    mv "$TMP/tree" "$ROOT"
}

[ $# -eq 0 ] || { sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2; }
if is_intact; then
    say "ready in $ROOT"
    exit 0
fi
for tool in git cmake ninja g++ strip; do
    command -v "$tool" >/dev/null 2>&1 ||
        die "'$tool' is missing; on Debian: sh examples/setup/packages.sh test"
done

mkdir -p "$CACHE"
TMP=$(mktemp -d "$CACHE/.server.XXXXXX")
trap 'rm -rf "$TMP"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

sh "$MODEL_SH" --source "$TMP/source" || die "no source of llama.cpp"
say "building with $JOBS jobs (some minutes)"
START=$(date +%s)
build
install_tree
say "ready in $ROOT, built in $(($(date +%s) - START)) s"
