# Sourced by tools/build: what configures QEMU for an Arm host with KVM. Static,
# so that the binary alone runs anywhere. On other machines it is cross-built
# against Debian's arm64 packages, unpacked into build/arm64/sysroot.

args+=(--static --disable-tcg --enable-kvm)
if [ "$(machine_arch)" = arm64 ]; then
    args+=("--cc=ccache gcc")
else
    sysroot=$out/arm64/sysroot
    if [ ! -d "$sysroot" ]; then
        say "getting the arm64 libraries to build against"
        rm -rf "$sysroot.new"
        mkdir -p "$sysroot.new/usr/lib"
        ln -s usr/lib "$sysroot.new/lib"
        case $(machine_codename) in
            bookworm) glib=libglib2.0-dev ;;
            *) glib="libgio-2.0-dev libsysprof-capture-4-dev" ;;
        esac
        want="libc6 libc6-dev libcrypt-dev linux-libc-dev libpcre2-dev libfdt-dev libpixman-1-dev zlib1g-dev $glib"
        debs=$("$root/tools/apt" "$(machine_codename)" arm64 fetch "$out/debs" $want)
        for deb in $debs; do dpkg -x "$deb" "$sysroot.new"; done
        cat >"$sysroot.new/pkg-config" <<EOF
#!/bin/sh
at=\$(cd "\$(dirname "\$0")" && pwd)
export PKG_CONFIG_LIBDIR=\$at/usr/lib/aarch64-linux-gnu/pkgconfig:\$at/usr/share/pkgconfig
export PKG_CONFIG_SYSROOT_DIR=\$at
exec /usr/bin/pkg-config "\$@"
EOF
        chmod +x "$sysroot.new/pkg-config"
        mv "$sysroot.new" "$sysroot"
    fi
    export PKG_CONFIG=$sysroot/pkg-config
    args+=(--cross-prefix=aarch64-linux-gnu- --cpu=aarch64
        "--cc=ccache aarch64-linux-gnu-gcc --sysroot=$sysroot")
fi
