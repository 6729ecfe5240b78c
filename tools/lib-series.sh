# Reads series/: which file belongs to which commit, and what it does to QEMU.
# Sourced after lib.sh and load_base.
#
# An entry is a message, a line "---", and what the commit does, a line each:
#   FILE             a file of ours, or an edit (.cocci, .patch) to one of QEMU's;
#                    series/meson says where the build takes a C file from
#   delete FILE      deletes one of QEMU's
#   empty FILE       adds it without content, which a later entry gives it
#   maintain PATTERN adds it to our section of MAINTAINERS

# Entries in order, but for what this base goes without.
all_entries() { (cd "$root/series" && ls | grep '^[0-9]') || :; }
entries() {
    local entry
    for entry in $(all_entries); do [ "${left_out[$entry]+set}" ] || echo "$entry"; done
}

message_of() { sed '/^---$/,$d' "$root/series/$1"; }
# What this base has none of is left out, what it has besides comes last
files_of() {
    sed '1,/^---$/d; s/[ \t]*$//; /^#/d; /^$/d' "$root/series/$1" |
        while read -r f; do
            [ "${left_out[${f#empty }]+set}" ] || echo "$f"
        done
    printf %s "$added" | sed -n "s,^$1 ,,p"
}

left_out_files() {
    local entry
    printf '%s\n' "${!left_out[@]}"
    for entry in $(all_entries); do
        [ -z "${left_out[$entry]+set}" ] || sed '1,/^---$/d; s/[ \t]*$//' "$root/series/$entry"
    done
}

# place_of FILE: where in the repo it is read: this base's own, or the one of all
place_of() {
    if [ -f "$root/bases/$base/$1" ]; then echo "bases/$base/$1"; else echo "$1"; fi
}

# moved FILE: its path in this base, where that differs from the path in the repo
moved() {
    local from to
    while read -r from to; do
        case $1 in "$from"*) echo "$to${1#"$from"}"; return ;; esac
    done <<<"$moves"
    echo "$1"
}

# What lies in the repo and is not ours alone.
repo_files() {
    {
        git -C "$root" ls-files -co --exclude-standard 2>/dev/null ||
            (cd "$root" && find . -path ./build -prune -o -path ./.git -prune -o -type f -printf '%P\n')
    } | sort -u | while read -r f; do
        [ ! -f "$root/$f" ] || outside "$f" || echo "$f"
    done
}

outside() {
    local pattern
    for pattern in "${outside_patterns[@]}"; do
        case $1 in $pattern) return 0 ;; esac
    done
    return 1
}
mapfile -t outside_patterns < <(grep -v '^#' "$root/series/not-in-series")

# target_of FILE REV: the path in QEMU's tree that it makes or edits, where REV
# ("" for the index) says what exists there: PATH.cocci, PATH.TOPIC.cocci.
target_of() {
    local path
    path=$(moved "$1")
    case $path in
        *.cocci | *.patch)
            path=${path%.*}
            git -C "$tree" cat-file -e "$2:$path" 2>/dev/null || path=${path%.*}
            ;;
    esac
    echo "$path"
}

# Each file listed exactly once, and no file forgotten; "empty FILE" stands in an
# earlier entry than FILE, to make it for the base that has none. Leaves "FILE ENTRY KIND"
# lines in $scratch/listed.
check_series() {
    local entry f kind twice
    for entry in $(entries); do
        grep -q '^---$' "$root/series/$entry" ||
            die "series/$entry: no line '---' between message and files"
        files_of "$entry" | awk -v entry="$entry" '
            $1 == "maintain" { next }
            $1 == "delete" || $1 == "empty" { print $2, entry, $1; next }
            { print $1, entry, $1 ~ /\.cocci$/ ? "cocci" : $1 ~ /\.patch$/ ? "patch" : "whole" }'
    done >"$scratch/listed"
    while read -r f entry kind; do
        [ $kind = delete ] || [ $kind = empty ] || [ -f "$root/$(place_of "$f")" ] ||
            die "series/$entry lists $f, which does not exist"
    done <"$scratch/listed"
    awk '$3 == "empty" { next } $1 in seen { print $1 " " seen[$1] " " $2; exit } { seen[$1] = $2 }' "$scratch/listed" >"$scratch/twice"
    ! read -r f entry twice <"$scratch/twice" ||
        die "$f is listed twice: series/$entry and series/$twice"
    awk '$3 != "empty" { print $1 }' "$scratch/listed" >"$scratch/names"
    f=$(repo_files | grep -vxFf <(cat "$scratch/names"; left_out_files) | head -3) || :
    [ -z "$f" ] || die "in no entry of series/ (nor in series/not-in-series):" $f
}
