# QAPI comments: in this base what goes on in a further line stands under the
# first word of the description, what comes behind "Returns:" is part of it, and
# an example is a section of its own.
/^# (@[^ ]+|Returns|Since):( |$)/ {
    match($0, /^# [^ ]+: */)
    indent = $0 ~ /: *$/ ? 0 : RLENGTH - 1
    returns = $2 == "Returns:"
    print
    next
}
/^# \.\. qmp-example::/ { print "# Example:"; indent = 0; next }
returns && /^# / { sub(/^#/, sprintf("#%" indent "s", "")); print; next }
/^#     [^ ]/ && indent { sub(/^# +/, sprintf("#%" indent "s", "")) }
/^# [^ ]/ { indent = 0 }
/^##/ { returns = 0 }
{ print }
