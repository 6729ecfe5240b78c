# How QEMU is configured. Sourced after lib.sh, load_base and use_meson.

# configure_args VARIANT [ARGUMENT...]: leaves in args what configure is given
# for the variant, and ARGUMENTs behind that, as this base calls all of it
configure_args() {
    local variant=$1 arg all version=ras
    shift
    case $variant in stock*) version=stock ;; esac
    args=(--target-list=aarch64-softmmu --without-default-features --disable-docs
        --disable-install-blobs --disable-download --disable-werror
        --python=/usr/bin/python3 --with-pkgversion=$version
        --enable-fdt=system --enable-pixman)
    case $variant in
        *arm64) . "$root/tools/arm64.sh" ;;
        *) args+=("--cc=ccache gcc" --enable-tcg --enable-capstone --enable-slirp) ;;
    esac
    [ $variant != sanitize ] || args+=(--enable-asan --enable-ubsan)
    all=("${args[@]}" "$@")
    args=()
    for arg in "${all[@]}"; do
        if [ "${options[$arg]+set}" ]; then args+=(${options[$arg]}); else args+=("$arg"); fi
    done
}

# configured DIRECTORY: a build directory of args, below QEMU's source
configured() {
    local dir=$1 d
    [ ! -e "$dir/build.ninja" ] || [ "$(cat "$dir/.configured" 2>/dev/null)" != "${args[*]}" ] || return 0
    say "configuring ${dir#"$root/"}"
    [ -e "$dir/build.ninja" ] || rm -rf "$dir"
    mkdir -p "$dir"
    rm -f "$dir/.configured"
    (cd "$dir" && watched configure.log ../configure "${args[@]}") || {
        grep -i -A5 error "$dir/configure.log" | tail -8 >&2
        die "configure failed, see ${dir#"$root/"}/configure.log"
    }
    if [ "${PYTHONPATH:-}" ]; then # for those who call ninja by hand
        for d in "$dir"/pyvenv/lib/python3*/site-packages; do
            [ ! -d "$d" ] || echo "$PYTHONPATH" >"$d/meson.pth"
        done
    fi
    # For a git tree configure asks for -Werror behind the option's back, and
    # meson would come back to that when it configures again
    sed -i '/^werror = /d' "$dir/config-meson.cross"
    touch "$dir/build.ninja"       # that alone is no reason to do so
    echo "${args[*]}" >"$dir/.configured"
}

# link_firmware DIRECTORY: what the source package leaves out, where QEMU and its
# tests look for it
link_firmware() {
    local data=$1/qemu-bundle/usr/local/share/qemu
    "$root/tools/firmware"
    mkdir -p "$data"
    [ -e "$data/efi-virtio.rom" ] || ln -sf "$out"/firmware/* "$data"
    [ -e "$1/pc-bios/edk2-arm-vars.fd" ] || ln -sf "$out"/firmware/* "$1/pc-bios"
}
