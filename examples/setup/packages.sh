#!/bin/sh
# packages.sh: installs the Debian or Ubuntu packages that Warrant needs, when they are missing.
#
#   sh examples/setup/packages.sh run      compiler, build tools and libraries
#   sh examples/setup/packages.sh model    what model.sh needs to fetch; nothing when it has fetched
#   sh examples/setup/packages.sh test     all of run, and what the tests need
#   sh examples/setup/packages.sh bench    all of run, and programs that benchmarks set beside ours
#   sh examples/setup/packages.sh --list ROLE     print the packages of a role, install nothing
#   sh examples/setup/packages.sh --check ROLE    print the missing ones; exit 1 when there are any
#
# Asks dpkg first and touches the network only when something is missing; a second run does
# nothing. "name:command" counts as present when the command is on the PATH, whoever installed it.
# For Debian 12 and Ubuntu 24.04 or later on x86-64; other systems are untested and told so.
# Messages go to stderr. Exit 0: all there, 1: something is missing, 2: usage.
set -eu

RUN_PACKAGES='gcc:gcc cmake:cmake ninja-build:ninja pkg-config:pkg-config git:git libc6-dev
ca-certificates libcjson-dev libsqlite3-dev libpcre2-dev libsodium-dev libutf8proc-dev
libxml2-dev libcurl4-openssl-dev zlib1g-dev libbz2-dev libzstd-dev libopenblas-dev liblapacke-dev'
MODEL_PACKAGES='npm:npm python3:python3 python3-pip:pip git:git ca-certificates'
TEST_PACKAGES='g++:g++ python3:python3 python3-venv clang:clang llvm:llvm-symbolizer
libclang-rt-dev libcmocka-dev clang-tidy:clang-tidy clang-format:clang-format sqlite3:sqlite3
npm:npm poppler-utils:pdftotext'
# Debian's own; Ubuntu has none of it, and there the test of reports in a browser skips.
BROWSER_PACKAGES='chromium-headless-shell:chromium-headless-shell'

BENCH_PACKAGES='python3:python3 python3-venv ncbi-entrez-direct:xtract r-cran-survival'

# The same libraries by their pkg-config names, for distributions without dpkg.
RUN_MODULES='libcjson sqlite3 libpcre2-8 libsodium libutf8proc libxml-2.0 libcurl zlib
libzstd openblas lapacke'

CACHE=${WARRANT_CACHE:-${XDG_CACHE_HOME:-${HOME:-}/.cache}/warrant}

say() {
    printf 'packages.sh: %s\n' "$*" >&2
}

usage() {
    sed -n '2,15s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

browser_packages() {
    [ "$(. "${OS_RELEASE:-/etc/os-release}" 2>/dev/null && echo "${ID:-}")" != debian ] ||
        echo "$BROWSER_PACKAGES"
}

packages_of() {
    case $1 in
    run) printf '%s\n' $RUN_PACKAGES ;;
    model) printf '%s\n' $MODEL_PACKAGES ;;
    test) printf '%s\n' $RUN_PACKAGES $TEST_PACKAGES $(browser_packages) ;;
    bench) printf '%s\n' $RUN_PACKAGES $BENCH_PACKAGES ;;
    esac
}

has_command() {
    command -v "$1" >/dev/null 2>&1
}

is_installed() {
    dpkg-query -W -f='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# The sanitizer runtime of clang comes in a package whose name holds clang's version.
has_clang_runtime() {
    has_command clang &&
        [ -n "$(find "$(clang -print-resource-dir)/lib" -name 'libclang_rt.asan*.a' 2>/dev/null)" ]
}

# is_present PACKAGE[:COMMAND]
is_present() {
    case $1 in
    libclang-rt-dev) has_clang_runtime || is_installed "$1" ;;
    *:*) has_command "${1#*:}" || is_installed "${1%%:*}" ;;
    *) is_installed "$1" ;;
    esac
}

# The missing packages of a role, one a line.
missing_of() {
    for item in $(packages_of "$1"); do
        is_present "$item" || printf '%s\n' "${item%%:*}"
    done
}

# Without dpkg nothing can be installed for the user, but a machine that has it all may go on.
check_foreign() {
    absent=
    for item in $(packages_of "$1"); do
        case $item in
        *:*) has_command "${item#*:}" || absent="$absent ${item#*:}" ;;
        esac
    done
    if [ "$1" != model ]; then
        for module in $RUN_MODULES; do
            pkg-config --exists "$module" 2>/dev/null || absent="$absent $module"
        done
    fi
    say "this is neither Debian nor Ubuntu: packages are installed on Debian 12 and Ubuntu 24.04" \
        "or later (x86-64) only; everything else is untested"
    [ -z "$absent" ] && return 0
    say "missing here:$absent"
    say "install what corresponds to: $(packages_of "$1" | sed 's/:.*//' | tr '\n' ' ')"
    return 1
}

warn_if_untested() {
    release=$(. "${OS_RELEASE:-/etc/os-release}" 2>/dev/null && echo "${ID:-?} ${VERSION_ID:-?}") ||
        release='? ?'
    case "$release $(uname -m)" in
    'debian 12 x86_64') ;;
    'ubuntu 24.04 x86_64' | 'ubuntu 24.10 x86_64') ;;
    'ubuntu 2'[5-9]*' x86_64') ;;
    *)
        say "$release on $(uname -m) is untested; this script is for Debian 12 and Ubuntu 24.04" \
            "or later on x86_64"
        ;;
    esac
}

apt() {
    DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=2 -o Acquire::http::Timeout=30 \
        -o DPkg::Lock::Timeout=120 -qq "$@" >&2
}

install_missing() { # ROLE PACKAGE...
    role=$1
    shift
    warn_if_untested
    if [ "$(id -u)" -ne 0 ]; then
        say "missing packages: $*"
        if has_command sudo; then
            say "installing them needs root: sudo sh examples/setup/packages.sh $role"
        else
            say "installing them needs root, and there is no sudo here. In the repository:" \
                "su -c 'sh examples/setup/packages.sh $role'"
            say "or, as root anywhere: apt-get install --no-install-recommends $*"
        fi
        return 1
    fi
    say "installing: $*"
    apt update || say "apt-get update failed; trying with the package lists at hand"
    if ! apt install -y --no-install-recommends "$@"; then
        say "could not install: $*"
        say "is the network reachable, and are Debian's or Ubuntu's own sources enabled" \
            "(on Ubuntu with 'universe')?"
        return 1
    fi
}

# Where model.sh leaves what it fetched.
is_model_fetched() {
    [ -f "$CACHE/llama-v0.5.0/SHA256SUMS" ] && ls "$CACHE"/models/*.gguf >/dev/null 2>&1
}

ensure() {
    if [ "$1" = model ] && is_model_fetched; then
        say "model: already fetched, nothing is needed"
        return 0
    fi
    if ! has_command dpkg-query || ! has_command apt-get; then
        check_foreign "$1"
        return
    fi
    missing=$(missing_of "$1")
    if [ -z "$missing" ]; then
        say "$1: every package is installed"
        return 0
    fi
    # Word splitting is meant: one argument a package.
    # shellcheck disable=SC2086
    install_missing "$1" $missing
}

action=${1:-}
case $action in
--list | --check) shift ;;
*) action=--ensure ;;
esac
[ $# -eq 1 ] || usage
case $1 in
run | model | test | bench) ;;
*) usage ;;
esac
case $action in
--list)
    packages_of "$1" | sed 's/:.*//'
    ;;
--check)
    missing=$(missing_of "$1")
    [ -z "$missing" ] || { printf '%s\n' "$missing"; exit 1; }
    ;;
--ensure)
    ensure "$1"
    ;;
esac
