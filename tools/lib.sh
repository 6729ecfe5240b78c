# Shared by the tools: places, the chosen base, messages. Sourced, never run.

root=$(cd "$(dirname "$0")/.." && pwd)
out=$root/build
base=${BASE:-10.0}
prog=$(basename "$0")

say() { echo "==> $*" >&2; }
warn() { echo "warning: $*" >&2; }
die() { echo "error: $*" >&2; exit 1; }

case $root in *[[:space:]:]*) die "QEMU cannot be built in a directory with a space or colon: $root" ;; esac

# Reads bases/$base/base, whose lines bases/README.md describes.
load_base() {
    [ -f "$root/bases/$base/base" ] || die "no base '$base'; known:" \
        $(cd "$root/bases" && ls | grep -v '\.md$')
    replaced=
    replaces() { replaced="$replaced$*
"; }
    declare -gA options left_out skips
    option() { options[$1]=${*:2}; }
    without() { left_out[$1]=${*:2}; }
    skip() {
        [ $# -ge 3 ] || die "bases/$base/base: skip $*: no reason"
        skips[$1 $2]=${*:3}
    }
    added= moves= headers= words=
    add() { added="$added$*
"; }
    move() { moves="$moves$*
"; }
    header() { headers="$headers$*
"; }
    word() { words="$words$*
"; }
    . "$root/bases/$base/base"
    tree=$out/qemu-$base            # git work tree, our series applied
    stock=$out/stock/qemu-$base     # its twin without the series
}

# need_disk MIB WHAT: stops early instead of half way.
need_disk() {
    mkdir -p "$out"
    local free
    free=$(df -Pm "$out" | awk 'NR == 2 { print $4 }')
    [ "$free" -ge "$1" ] ||
        die "$2 needs $1 MiB of disk in $out, only $free MiB are free"
}

# One run at a time for everything that changes build/NAME.
lock() {
    mkdir -p "$out"
    exec 9>"$out/.lock-$1"
    flock -n 9 || { say "waiting for another run ($1)"; flock 9; }
}

machine_codename() { . /etc/os-release && echo "${VERSION_CODENAME:-}"; }
machine_arch() { dpkg --print-architecture; }

# The machine's own tools, whatever else stands first on the PATH, and a meson
# that QEMU takes: the machine's, or the one of its backports.
use_meson() {
    export PATH=/usr/sbin:/usr/bin:/sbin:/bin
    meson_ok && return
    if [ ! -x "$out/tools/usr/bin/meson" ]; then
        say "getting meson from $(machine_codename)-backports"
        local deb
        deb=$("$root/tools/apt" "$(machine_codename)-backports" "$(machine_arch)" fetch "$out/debs" meson)
        rm -rf "$out/tools.new" "$out/tools"
        dpkg -x "$deb" "$out/tools.new"
        mv "$out/tools.new" "$out/tools"
    fi
    export PATH=$out/tools/usr/bin:$PATH
    export PYTHONPATH=$out/tools/usr/lib/python3/dist-packages
    meson_ok || die "meson of $(machine_codename)-backports is older than 1.5"
}
meson_ok() { dpkg --compare-versions "$(meson --version 2>/dev/null || echo 0)" ge 1.5; }

# A long step with a log: a line now and then when it is ninja's.
watched() { # LOG COMMAND...
    local log=$1 pid status=0 last= now beat=$SECONDS
    shift
    "$@" >"$log" 2>&1 </dev/null 9>&- &
    pid=$!
    trap 'kill $pid 2>/dev/null' EXIT
    while kill -0 $pid 2>/dev/null; do
        sleep 0.2
        [ $((SECONDS - beat)) -ge 15 ] || continue
        beat=$SECONDS
        now=$(tail -c 400 "$log" | grep -o '^\[[0-9/]*\].*' | tail -1) || :
        [ -z "$now" ] || [ "$now" = "$last" ] || echo "$now" >&2
        last=$now
    done
    wait $pid || status=$?
    trap - EXIT
    return $status
}

# run_ninja TARGET...: ninja's own line on a terminal, else one now and then.
run_ninja() {
    if [ -t 1 ] && [ -t 2 ]; then
        ninja "$@" 9>&- || die "the build failed, see above"
    else
        watched ninja.log ninja "$@" || {
            awk '/^FAILED|^ninja: error/ { on = 1 } on && ++n <= 40' ninja.log >&2
            die "the build failed, see ${PWD#"$root/"}/ninja.log"
        }
    fi
}
