# Adapts our files to the base. They are written for QEMU 10.0; what another base
# names otherwise is in bases/BASE. Sourced after lib-series.sh.

# adapt DIRECTORY FILE...: copies of FILEs, as this base takes them
adapt() {
    local dir=$1 f json script=$scratch/words.sed own=()
    shift
    mkdir -p "$dir"
    for f; do [ ! -f "$root/bases/$base/$f" ] || own+=("$f"); done
    printf '%s\n' "$@" | (cd "$root" && xargs -d '\n' ls -d 2>/dev/null | xargs -d '\n' cp -p --parents -t "$dir")
    [ ${#own[@]} = 0 ] || printf '%s\n' "${own[@]}" | (cd "$root/bases/$base" && xargs -d '\n' cp -p --parents -t "$dir")
    {
        printf %s "$headers" | while read -r from to; do
            echo "s,^\([ +-]*# *include \"\)$from,\1$to,"
        done
        printf %s "$moves" | while read -r from to; do echo "s,$from,$to,g"; done
        printf %s "$words" | while read -r from to; do echo "s,\\b$from\\b,$to,g"; done
    } >"$script"
    [ ! -s "$script" ] || (cd "$dir" && printf '%s\n' "$@" |
        grep -E '\.(c|h|cocci|patch)$' | xargs -d '\n' sed -i -f "$script")
    f=$root/bases/$base/adapt-qapi.awk
    [ ! -f "$f" ] || for json in $(printf '%s\n' "$@" | grep '^qapi/.*\.json$'); do
        awk -f "$f" "$dir/$json" >"$dir/$json.new"
        mv "$dir/$json.new" "$dir/$json"
    done
    f=$root/bases/$base/adapt.cocci
    [ ! -f "$f" ] || adapt_c "$dir" "$f" $(printf '%s\n' "$@" | grep '\.[ch]$')
}

# adapt_c DIRECTORY RULES FILE...: one spatch for all files that are new to it
adapt_c() {
    local dir=$1 rules=$2 f key rule new=() cache=$out/spatch/$base
    local -A known
    shift 2
    mkdir -p "$cache"
    for f; do
        # a file that this base has of its own is written for it
        [ ! -f "$root/bases/$base/$f" ] || continue
        cp "$dir/$f" "$dir/$f.before"
        key=$(cat "$rules" "$root/tools/lib-adapt.sh" "$dir/$f" | sha1sum | cut -d' ' -f1)
        if [ -e "$cache/$key" ]; then cp "$cache/$key" "$dir/$f"; else new+=("$f"); known[$f]=$key; fi
    done
    [ ${#new[@]} = 0 ] || adapt_new
    # a rule that matches nothing any more is another result, too
    rule=$(git hash-object --no-filters "$rules")
    for f; do
        [ -f "$dir/$f.before" ] || continue
        if ! cmp -s "$dir/$f" "$dir/$f.before" ||
            grep -q "^$rule $(git hash-object --no-filters "$dir/$f.before") " "$root/bases/$base/results" 2>/dev/null; then
            check_result "adapt.cocci, $f" $(git hash-object -w --no-filters "$rules" "$dir/$f.before" "$dir/$f")
        fi
        rm "$dir/$f.before"
    done
}

# adapt_new: those of adapt_c() that are in no cache
adapt_new() {
    local f
    # spatch gives up where it is to change a function behind that one
    git cat-file blob pristine:scripts/cocci-macro-file.h | grep -v G_NORETURN >"$dir/macros.h"
    # one by one: files that are given together are taken for parts of one
    (cd "$dir" && printf '%s\n' "${new[@]}" | xargs -P 2 -n 1 -d '\n' spatch --sp-file "$rules" \
        --in-place --no-includes --macro-file-builtins macros.h --no-show-diff -very-quiet) \
        >"$scratch/spatch.log" 2>&1 || { cat "$scratch/spatch.log" >&2; die "bases/$base/adapt.cocci: spatch failed"; }
    for f in "${new[@]}"; do
        # spatch mixes tabs into lines that it adds; files of ours have none
        expand "$dir/$f" >"$cache/${known[$f]}.new"
        mv "$cache/${known[$f]}.new" "$cache/${known[$f]}"
        cp "$cache/${known[$f]}" "$dir/$f"
    done
}

# check_result RULE RULE'S-BLOB BEFORE AFTER: versions of spatch read some rules
# differently, and the tree is to be the same with all of them. bases/BASE/results has
# what each rule made of each content when somebody looked.
check_result() {
    local known
    known=$(awk -v r="$2" -v b="$3" '$1 == r && $2 == b { print $3 }' "$root/bases/$base/results" 2>/dev/null) || :
    echo "$2 $3 $4 $1" >>"$scratch/results"
    [ "$known" != "$4" ] && [ -z "${RECORD:-}" ] || return 0
    [ -z "$known" ] || {
        command git --no-pager -C "$tree" diff "$known" "$4" >&2 || :
        die "$1: spatch of this machine makes something else of it than bases/$base/results says;" \
            "a unified diff instead of the rule would do the same everywhere"
    }
    warn "$1: bases/$base/results doesn't know its result; once you have looked at it: RECORD=1 make tree BASE=$base"
}

# record_results: for RECORD=1, those of this run
record_results() {
    [ -z "${RECORD:-}" ] || LC_ALL=C sort -k4 "$scratch/results" >"$root/bases/$base/results"
}
