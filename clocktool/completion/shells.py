"""What ``clocktool init`` prints for each shell: completion, ``clocktool_prompt``, aliases.

``clocktool_prompt`` reads the file that ``tracking/last_timer.py`` writes, and starts no
process. The file is data: it is never expanded, and an invalid number shows nothing.
The scripts are ASCII, whatever the encoding in which a shell reads them.
"""

import shlex
from collections.abc import Callable

from clocktool.completion import SHORT_WORDS
from clocktool.completion.scripts import SCRIPTS

_POSIX = r"""
clocktool_prompt() {
@SETUP@
    local _ct_folder=@FOLDER@ _ct_file _ct_now _ct_start _ct_read _ct_text _ct_project _ct_mark
    local _ct_seconds _ct_line=
    case ${CLOCKTOOL_DATA-} in
        '') ;;
        '~' | '~/'*) _ct_folder=$HOME${CLOCKTOOL_DATA#'~'} ;;
        *) _ct_folder=$CLOCKTOOL_DATA ;;
    esac
    _ct_file=$_ct_folder/known/prompt${CLOCKTOOL_PROFILE:+@${CLOCKTOOL_PROFILE//\//_}}
    if [[ -f $_ct_file && -r $_ct_file ]]; then
        { IFS= read -r _ct_start && IFS= read -r _ct_read && IFS= read -r _ct_text &&
            IFS= read -r _ct_project; } 2>/dev/null <"$_ct_file" || _ct_start=
        case ${_ct_start-}/${_ct_read-} in
            /* | *[!0-9/]* | *????????????????????????*) _ct_start= ;;
        esac
    fi
    if [[ -n ${_ct_start-} ]]; then
@NOW@
        _ct_mark=$'\xe2\x97\x8f'
        if [[ -n $_ct_read ]]; then
            _ct_seconds=$((_ct_now - 10#$_ct_read))
            ((_ct_seconds < 0 || _ct_seconds > 28800)) && _ct_mark='~'
        elif [[ $_ct_folder/local.sqlite3 -nt $_ct_file ||
            $_ct_folder/local.sqlite3-wal -nt $_ct_file ]]; then
            _ct_mark='~'
        fi
        _ct_seconds=$((_ct_now - 10#$_ct_start))
        ((_ct_seconds < 0)) && _ct_seconds=0
        if ((_ct_seconds >= 3600)); then
            printf -v _ct_line '%dh %02dm' "$((_ct_seconds / 3600))" \
                "$((_ct_seconds / 60 % 60))"
        elif ((_ct_seconds >= 60 || _ct_seconds == 0)); then
            _ct_line=$((_ct_seconds / 60))m
        else
            _ct_line=${_ct_seconds}s
        fi
        [[ -n $_ct_text && -n $_ct_project ]] && _ct_text+=$' \xc2\xb7 '
        _ct_line="$_ct_mark $_ct_line $_ct_text$_ct_project"
        _ct_line=${_ct_line//[[:cntrl:]]/}
        _ct_line=${_ct_line%"${_ct_line##*[! ]}"}
@ESCAPE@
    fi
    if [[ ${1-} == -v && -n ${2-} ]]; then
        @STORE@
    elif [[ -n $_ct_line ]]; then
        printf '%s\n' "$_ct_line"
    fi
    return 0
}
"""
"""The function for bash and zsh. ``-v NAME`` stores the line in a variable, as in printf."""

_BASH = (
    _POSIX.replace("@SETUP@\n", "")
    .replace(
        "@NOW@",
        r"""        if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 402)); then
            printf -v _ct_now '%(%s)T' -1
        else
            _ct_now=$((_clocktool_zero + SECONDS))
        fi""",
    )
    .replace("@ESCAPE@\n", "")
    .replace(
        "@STORE@",
        # Not printf -v: that of bash 3.2 leaves the old text where the new one is empty.
        r"""case $2 in
            [0-9]* | *[!A-Za-z0-9_]*) return 2 ;;
        esac
        eval "$2"'=$_ct_line'""",
    )
)

_ZSH = (
    _POSIX.replace(
        "@SETUP@",
        r"""    local _ct_bang=
    [[ -o prompt_bang ]] && _ct_bang='!'
    emulate -L zsh""",
    )
    .replace("@NOW@", "        _ct_now=$EPOCHSECONDS")
    .replace("@ESCAPE@", "        _ct_line=${${_ct_line//\\%/%%}//\\!/!$_ct_bang}")
    .replace("@STORE@", 'typeset -g -- "$2=$_ct_line"')
)

_FISH = r"""
if contains -- path (builtin -n)
    function __clocktool_now -a file
        math (path mtime -- $file) + (path mtime -R -- $file)
    end
else
    function __clocktool_now
        command date +%s
    end
end

function clocktool_prompt
    set -l folder @FOLDER@
    if set -q CLOCKTOOL_DATA; and test -n "$CLOCKTOOL_DATA"
        set folder $CLOCKTOOL_DATA
        if test "$folder" = '~'; or string match -q -- '~/*' $folder
            set folder $HOME(string sub -s 2 -- $folder)
        end
    end
    set -l file $folder/known/prompt
    if set -q CLOCKTOOL_PROFILE; and test -n "$CLOCKTOOL_PROFILE"
        set file $file@(string replace -a / _ -- $CLOCKTOOL_PROFILE)
    end
    test -f "$file"; and test -r "$file"; or return 0
    set -l start
    set -l read_at
    set -l description
    set -l project
    read -L start read_at description project <$file 2>/dev/null; or return 0
    string match -qr -- '^[0-9]{1,12}/[0-9]{0,12}$' "$start/$read_at"; or return 0
    set -l now (__clocktool_now $file)
    set -l mark \u25cf
    if test -n "$read_at"
        set -l age (math $now - $read_at)
        test $age -lt 0 -o $age -gt 28800; and set mark '~'
    else
        for each in $folder/local.sqlite3 $folder/local.sqlite3-wal
            test -f $each; and test $each -nt $file; and set mark '~'
        end
    end
    set -l seconds (math "max(0, $now - $start)")
    set -l minutes (math "floor($seconds / 60)")
    set -l length "$minutes"m
    if test $minutes -ge 60
        set length (printf '%dh %02dm' (math "floor($minutes / 60)") (math "$minutes % 60"))
    else if test $minutes -eq 0 -a $seconds -gt 0
        set length "$seconds"s
    end
    test -n "$description" -a -n "$project"; and set description "$description "\u00b7" "
    string trim -r -- (string replace -ar -- '[[:cntrl:]]' '' "$mark $length $description$project")
    return 0
end
"""

_POWERSHELL = r"""
function clocktool_prompt {
    $folder = @FOLDER@
    if ($env:CLOCKTOOL_DATA) {
        $folder = $env:CLOCKTOOL_DATA
        if ($folder -match '^~($|[\\/])') { $folder = $HOME + $folder.Substring(1) }
    }
    $name = 'prompt'
    if ($env:CLOCKTOOL_PROFILE) { $name = 'prompt@' + $env:CLOCKTOOL_PROFILE.Replace('/', '_') }
    $file = [System.IO.Path]::Combine($folder, 'known', $name)
    if (-not [System.IO.File]::Exists($file)) { return }
    try { $lines = [System.IO.File]::ReadAllLines($file) } catch { return }
    if ($lines.Count -lt 4) { return }
    if ("$($lines[0])/$($lines[1])" -notmatch '^[0-9]{1,12}/[0-9]{0,12}\z') { return }
    $now = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
    $mark = [string][char]0x25cf
    if ($lines[1]) {
        $age = $now - [long]$lines[1]
        if ($age -lt 0 -or $age -gt 28800) { $mark = '~' }
    } else {
        $written = [System.IO.File]::GetLastWriteTimeUtc($file)
        foreach ($each in 'local.sqlite3', 'local.sqlite3-wal') {
            $changed = [System.IO.Path]::Combine($folder, $each)
            if ([System.IO.File]::GetLastWriteTimeUtc($changed) -gt $written) { $mark = '~' }
        }
    }
    $seconds = [Math]::Max([long]0, $now - [long]$lines[0])
    $minutes = [Math]::Floor($seconds / 60)
    if ($minutes -ge 60) {
        $length = '{0}h {1:00}m' -f [Math]::Floor($minutes / 60), ($minutes % 60)
    } elseif ($minutes -eq 0 -and $seconds -gt 0) {
        $length = "${seconds}s"
    } else {
        $length = "${minutes}m"
    }
    $described = @($lines[2], $lines[3]) | Where-Object { $_ }
    $text = "$mark $length " + ($described -join " $([char]0xb7) ")
    ($text -replace '\p{Cc}', '').TrimEnd()
}
"""

_BASH_START = """if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 402)); then
    # It has no clock of its own but SECONDS: one program at the start tells the time.
    _clocktool_zero=$(($(date +%s) - SECONDS))
fi
"""
_ZSH_START = """zmodload zsh/datetime
(( ${+functions[compdef]} )) || { autoload -Uz compinit && compinit -i; }
"""


def script(shell: str, folder: str, *, aliases: bool) -> str:
    """Return what a shell evaluates when it starts; ``folder`` is that of the data files."""
    start, prompt, quoted, alias = _SHELLS[shell]
    parts = [start, SCRIPTS[shell][1]]
    parts.append(prompt.replace("@FOLDER@", quoted(folder)))
    if aliases:
        lines = (alias(word, command) for word, command in SHORT_WORDS.items())
        parts.append("\n" + "".join(f"{line}\n" for line in lines if line))
    return "".join(parts)


def _fish_quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _powershell_quoted(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _bash_alias(word: str, command: str) -> str:
    """Return an alias with its completion: bash completes the word, not what it stands for."""
    completed = f"complete -o nosort -F _clocktool {word} 2>/dev/null"
    return f"alias {word}='{command}'\n{completed} || complete -F _clocktool {word}"


def _zsh_alias(word: str, command: str) -> str:
    """Return an alias; ``in`` is a function, as its alias would break ``for`` over two lines.

    Zsh completes what an alias stands for, but a function needs its own completion.
    """
    if word != "in":
        return f"alias {word}='{command}'"
    return f"""function 'in' {{ {command} "$@"; }}
_clocktool_in() {{
    words=({command} "${{(@)words[2,-1]}}")
    ((CURRENT += 1))
    _clocktool
}}
compdef _clocktool_in 'in'"""


def _powershell_function(word: str, command: str) -> str:
    """Return a function, as aliases of PowerShell have no arguments; ``in`` is reserved there."""
    return "" if word == "in" else f"function {word} {{ {command} @args }}"


_SHELLS: dict[str, tuple[str, str, Callable[[str], str], Callable[[str, str], str]]] = {
    "bash": (
        _BASH_START,
        _BASH,
        shlex.quote,
        _bash_alias,
    ),
    "zsh": (_ZSH_START, _ZSH, shlex.quote, _zsh_alias),
    "fish": (
        "",
        _FISH,
        _fish_quoted,
        # Old versions reserve "in", and say so.
        lambda word, command: f"alias {word} '{command}' 2>/dev/null",
    ),
    "powershell": ("", _POWERSHELL, _powershell_quoted, _powershell_function),
}
"""Of each shell: what comes first, the function, its way to quote, its way to write an alias."""
