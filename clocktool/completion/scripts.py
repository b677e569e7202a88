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
# or, without bash-completion, in ~/.bashrc: source <(clocktool completions bash)

_clocktool() {
    local candidate cur="${COMP_WORDS[COMP_CWORD]}" fields
    # Bash will replace its second argument, which depends on quotes, ':' and '='.
    [ "$#" -ge 2 ] && cur=$2
    fields="bash"$'\x1f'"$cur"$'\x1f'"${COMP_LINE:0:COMP_POINT}"
    COMPREPLY=()
    while IFS= read -r candidate; do
        [ -n "$candidate" ] && COMPREPLY[${#COMPREPLY[@]}]=$candidate
    done <<< "$(_CLOCKTOOL_COMPLETE=$fields command clocktool 2>/dev/null)"
}

complete -o nosort -F _clocktool clocktool 2>/dev/null || complete -F _clocktool clocktool
"""

ZSH = r"""#compdef clocktool
# Completion of clocktool for zsh. To use it, put it into a folder of $fpath as _clocktool:
# clocktool completions zsh > ~/.zfunc/_clocktool
# with, in ~/.zshrc: fpath=(~/.zfunc $fpath); autoload -U compinit; compinit

_clocktool() {
    emulate -L zsh
    local -a typed values shown
    local line value help
    typed=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
    while IFS= read -r line; do
        value=${line%%$'\t'*}
        help=${line#*$'\t'}
        [[ -n $value ]] || continue
        values+=("$value")
        shown+=("$value${help:+  -- $help}")
    done <<< "$(_CLOCKTOOL_COMPLETE=zsh$'\x1f'${(pj:\x1f:)typed} command clocktool 2>/dev/null)"
    (( $#values )) || return 1
    compadd -l -V clocktool -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}' -d shown -a values
}

if [[ $funcstack[1] == _clocktool ]]; then
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
    _CLOCKTOOL_COMPLETE=$fields command clocktool 2>/dev/null
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
        clocktool 2>$null | ForEach-Object {
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
