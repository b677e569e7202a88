# Completion of clocktool for bash 3.2 and newer.
# To use it: clocktool completions bash > ~/.local/share/bash-completion/completions/clocktool
# or, without bash-completion, in ~/.bashrc: eval "$(clocktool completions bash)"

_clocktool() {
    local candidate cur="${COMP_WORDS[COMP_CWORD]}" fields
    # Bash will replace its second argument, which depends on quotes, ':' and '='.
    [ "$#" -ge 2 ] && cur=$2
    fields="bash"$'\x1f'"$cur"$'\x1f'"${COMP_LINE:0:COMP_POINT}"
    COMPREPLY=()
    while IFS= read -r candidate; do
        if [ "$candidate" = $'\x1f' ]; then # names of files: by bash itself, or as 3.2 can
            compopt -o default 2>/dev/null && { compopt +o nosort 2>/dev/null; return; }
            while IFS= read -r candidate; do
                [ -n "$candidate" ] && COMPREPLY[${#COMPREPLY[@]}]=$candidate
            done <<< "$(compgen -f -- "$cur")"
        elif [ -n "$candidate" ]; then
            COMPREPLY[${#COMPREPLY[@]}]=$candidate
        fi
    done <<< "$(_CLOCKTOOL_COMPLETE=$fields command clocktool 2>/dev/null)"
}

complete -o nosort -F _clocktool clocktool 2>/dev/null || complete -F _clocktool clocktool
