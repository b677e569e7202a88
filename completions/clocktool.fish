# Completion of clocktool for fish 3.1 and newer. To use it:
# clocktool completions fish > ~/.config/fish/completions/clocktool.fish

function __clocktool_candidates
    set -l typed (commandline -opc)[2..-1]
    set -l begun (commandline -ct)
    set -l fields (string join \x1f -- fish $typed "$begun" | string collect)
    set -l before (string match -r -- '^--[^=]*=' $begun)
    for line in (_CLOCKTOOL_COMPLETE=$fields command clocktool 2>/dev/null)
        if test $line = \x1f
            printf '%s\n' "$before"(__fish_complete_path (string replace -- "$before" '' $begun))
        else
            echo -- $line
        end
    end
end

complete -c clocktool -f -k -a '(__clocktool_candidates)'
