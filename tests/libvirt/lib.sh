# shellcheck shell=bash disable=SC2154,SC1007,SC2016
# A libvirtd for check, its domains, their agents. Sourced, never run.
# SPDX-License-Identifier: GPL-2.0-or-later

# A short name for $logs: a socket's path has no more than 107 bytes.
short=$(mktemp -d) && ln -s "$logs" "$short/d" && dir=$short/d
number=0 libvirtd= events= domain=ras

cleanup() {
    local name
    for name in ras plain; do virsh destroy "$name"; done >/dev/null 2>&1
    # shellcheck disable=SC2086
    kill $events $libvirtd 2>/dev/null
    wait
    rm -r "$short"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

# All but TAP is for our logs.
exec 5>&1 >/dev/null
plan() { echo "1..$1" >&5; }
tell() { # STATUS WHAT
    number=$((number + 1))
    if [ "$1" = 0 ]; then
        echo "ok $number - $2" >&5
    else
        echo "not ok $number - $2" >&5
        tail -n 5 "$dir"/{virsh,events,agent}.log 2>/dev/null | sed 's/^/# /' >&5
    fi
}

# Runs the first once, then waits until the second is true.
until_true() {
    local deadline=$((SECONDS + 120))
    eval "$1" || return
    until eval "$2"; do
        [ $SECONDS -lt $deadline ] || return
        sleep 0.2
    done
}

export HOME=$dir XDG_RUNTIME_DIR=$dir/run XDG_CONFIG_HOME=$dir/config
export XDG_CACHE_HOME=$dir/cache XDG_DATA_HOME=$dir/data XDG_STATE_HOME=$dir/data
libs=$(dirname "$out"/libvirt/usr/lib/*/libvirt.so.0)
socket=$dir/run/libvirt/libvirt-sock

virsh=(env "LD_LIBRARY_PATH=$libs" "$out/libvirt/usr/bin/virsh"
    -c "qemu+unix:///session?socket=$socket&mode=legacy")

# Each answer is kept in virsh.log as well.
virsh() {
    "${virsh[@]}" "$@" 2>&1 | tee -a "$dir/virsh.log"
    return "${PIPESTATUS[0]}"
}
follow_events() {
    "${virsh[@]}" event --all --loop >"$dir/events.log" 2>&1 &
    events=$!
}

start_libvirtd() {
    mkdir -p "$dir"/{run,cache,data,config/libvirt}
    chmod 700 "$dir/run"
    cat >"$dir/config/libvirt/qemu.conf" <<EOF
stdio_handler = "file"
security_driver = "none"
cgroup_controllers = []
namespaces = []
EOF
    LD_LIBRARY_PATH=$libs LIBVIRT_DRIVER_DIR=$libs/libvirt/connection-driver \
        "$out/libvirt/usr/sbin/libvirtd" >"$dir/libvirtd.log" 2>&1 &
    libvirtd=$!
    until_true : '[ -S "$socket" ] && virsh uri >/dev/null'
}

define() { # NAME on|off
    mkfifo "$dir/$1.agent.in" "$dir/$1.agent.out"
    [ "$1" != ras ] || exec 3<>"$dir/$1.agent.in" 4<>"$dir/$1.agent.out"
    sed "s,@NAME@,$1,g; s,@RAS@,$2,g; s,@DIR@,$dir,g; s,@QEMU@,$qemu,g; s,@IMAGES@,$out/images,g
         s,@INITRD@,$out/guest/initramfs.cpio,g" "$here/domain.xml" >"$dir/$1.xml"
    virsh define "$dir/$1.xml" >/dev/null
}

qmp() { # COMMAND [ARGUMENTS]: QEMU's answer
    virsh qemu-monitor-command "$domain" "{\"execute\":\"$1\",\"arguments\":{${2:-}}}"
}
counter() { # NAME VALUE: of source 1
    qmp query-ghes | grep -q "{\"source-id\":1,[^}]*\"$1\":$2[,}]"
}

expect_events() { # COUNT LINE...: so many, each line in each of them
    local count=$1 line
    shift
    until_true : "[ \"\$(grep -c \"^event 'memory-failure' for domain 'ras'\" \"\$dir/events.log\")\" -ge $count ]" || return
    sleep 0.5
    for line in "event 'memory-failure' for domain 'ras':" "$@"; do
        [ "$(grep -c "^	\{0,1\}$line\$" "$dir/events.log")" = "$count" ] || return
    done
}

# The guest's agent: tests/guest/agent
wait_ready() {
    local line
    while read -r -t 120 -u 4 line; do
        echo "$line" >>"$dir/agent.log"
        case $line in "ready kernel="*) return ;; esac
    done
    return 1
}
ask() { # COMMAND...: its answer, the last line of which is "ok ..." or "error ..."
    local line
    echo "$*" >&3
    while read -r -t 60 -u 4 line; do
        echo "$line" | tee -a "$dir/agent.log"
        case $line in ok*) return ;; error*) return 1 ;; esac
    done
    return 1
}
