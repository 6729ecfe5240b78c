# Makes the blocks of QEMU's meson.build that list our C files, as series/meson says.
# Sourced by tools/apply.

# The lines that hold for this base, its own ones first: "PATTERN|LINE|BLOCK" in rules;
# and which file goes by which, "RULE ENTRY DIRECTORY FILE" lines in $scratch/compiled
meson_rules() {
    local f entry kind i path pattern
    mapfile -t rules < <(cat "$root/bases/$base/meson" "$root/series/meson" 2>/dev/null |
        sed '/^#/d; /^$/d; s/ *| */|/g')
    while read -r f entry kind; do
        case $kind:$f in whole:*.c) ;; *) continue ;; esac
        for i in "${!rules[@]}"; do
            pattern=${rules[i]%%|*}
            # in this very directory, whatever * stands for
            case $f in $pattern) [ "${f%/*}" = "${pattern%/*}" ] || continue ;; *) continue ;; esac
            path=$(moved "$f")
            # what QEMU has, it compiles
            git cat-file -e "pristine:$path" 2>/dev/null ||
                echo "$i $entry ${path%/*} ${path##*/}"
            break
        done
    done <"$scratch/listed" | LC_ALL=C sort -k4 >"$scratch/compiled"
    mapfile -t rules < <(printf '%s\n' "${rules[@]}" | sed -f "$scratch/words.sed")
}

# meson_block TEMPLATE FILE...: on one line if that is no longer than QEMU has them
meson_block() {
    local template=$1 line list
    shift
    printf -v list "'%s', " "$@"
    line=${template/@/files(${list%, })}
    if [ ${#line} -le 80 ]; then
        echo "$line"
        return
    fi
    echo "${template/@*/files(}"
    printf "  '%s',\n" "$@"
    echo ")${template#*@}"
}

# meson_blocks ENTRY: into the index, with the files up to that entry
meson_blocks() {
    local i pattern line template directory blob
    for i in $(awk -v entry="$1" '$2 == entry { print $1 }' "$scratch/compiled" | sort -un); do
        IFS='|' read -r pattern line template <<<"${rules[i]}"
        directory=$(awk -v i="$i" '$1 == i { print $3; exit }' "$scratch/compiled")
        meson_block "$template" $(LC_ALL=C awk -v i="$i" -v entry="$1" \
            '$1 == i && $2 "" <= entry "" { print $4 }' "$scratch/compiled") >"$scratch/block"
        touch "$scratch/block-$i"
        git cat-file blob ":$directory/meson.build" | line=$line awk -v new="$scratch/block" -v old="$scratch/block-$i" '
            function put() { while ((getline text < new) > 0) print text; done = 1 }
            BEGIN { while ((getline text < old) > 0) was[++n] = text }
            !done && n && $0 == was[1] { for (k = 2; k <= n; k++) getline; put(); next }
            !done && !n && index($0, ENVIRON["line"]) == 1 { put() }
            { print }
            END { exit !done }' >"$scratch/meson.build" || {
            misfit series/meson "$directory/meson.build" "no line of $directory/meson.build begins with '$line'"
            continue
        }
        mv "$scratch/block" "$scratch/block-$i"
        blob=$(git hash-object -w --no-filters "$scratch/meson.build")
        git update-index --cacheinfo "100644,$blob,$directory/meson.build"
    done
}
