"""The completion script of each shell, printed by ``clocktool completions``.

The scripts only pass on the command line; the program finds the candidates.
"""

from enum import StrEnum


class Shell(StrEnum):
    """The shells with a completion script."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


BASH = r"""# Completion of clocktool for bash 3.2 and newer.
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
"""

ZSH = r"""#compdef clocktool
# Completion of clocktool for zsh. To use it, put it into a folder of $fpath as _clocktool:
# clocktool completions zsh > ~/.zfunc/_clocktool
# with, in ~/.zshrc: fpath=(~/.zfunc $fpath); autoload -U compinit; compinit

_clocktool() {
    local -a typed values helps shown expl list
    local line value place width=0
    typed=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
    # The value of --option=value is completed by itself.
    [[ $PREFIX == --*=* ]] && compset -P '*='
    while IFS= read -r line; do
        value=${line%%$'\t'*}
        [[ $value == $'\x1f' ]] && { _files; return; }
        [[ -n $IPREFIX ]] && value=${value#"${(Q)IPREFIX}"}
        [[ -n $value ]] || continue
        values+=("$value")
        helps+=("${line#*$'\t'}")
        ((${(m)#value} > width)) && width=${(m)#value}
    done <<< "$(_CLOCKTOOL_COMPLETE=zsh$'\x1f'${(pj:\x1f:)typed} command clocktool 2>/dev/null)"
    shown=("${(@)values}")
    if [[ -n ${(j::)helps} ]]; then # a line for each, the helps below each other
        list=(-l)
        ((width > COLUMNS / 2)) && width=$((COLUMNS / 2))
        for ((place = 1; place <= $#values; place++)); do
            [[ -n $helps[place] ]] || continue
            line="${(mr:width:)values[place]}  -- $helps[place]"
            ((${(m)#line} < COLUMNS)) || line=${(mr:COLUMNS-1:)line}
            shown[place]=$line
        done
    fi
    # Names are found by any part, in any case; they are in order already.
    _wanted -V clocktool expl clocktool compadd $list -d shown \
        -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]} l:|=* r:|=*' -a values
}

if [[ ${funcstack[1]-} == _clocktool ]]; then
    _clocktool "$@"
else
    compdef _clocktool clocktool
fi
"""

FISH = r"""# Completion of clocktool for fish 3.1 and newer. To use it:
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
"""

POWERSHELL = r"""# Completion of clocktool for PowerShell 5.1 and newer. To use it, add to $PROFILE:
# clocktool completions powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName clocktool -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $fields = @('powershell')
    $fields += $commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { if ($null -ne $_.Value) { "$($_.Value)" } else { $_.Extent.Text } }
    $fields += $wordToComplete
    $before = [Console]::OutputEncoding
    try {
        [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
        $env:PYTHONIOENCODING = 'utf-8'
        $env:_CLOCKTOOL_COMPLETE = $fields -join [char]0x1f
        # Without candidates PowerShell offers files, which a line of one separator asks for.
        clocktool 2>$null | Where-Object { $_ -ne [string][char]0x1f } | ForEach-Object {
            $text, $value, $help = $_ -split "`t", 3
            if (-not $help) { $help = $value }
            [System.Management.Automation.CompletionResult]::new(
                $text, $value, 'ParameterValue', $help)
        }
    } finally {
        $env:_CLOCKTOOL_COMPLETE = $null
        $env:PYTHONIOENCODING = $null
        [Console]::OutputEncoding = $before
    }
}
"""

SCRIPTS = {
    "bash": ("clocktool.bash", BASH),
    "zsh": ("_clocktool", ZSH),
    "fish": ("clocktool.fish", FISH),
    "powershell": ("clocktool.ps1", POWERSHELL),
}
"""The name of the file in ``completions/`` and the script, by shell."""
