"""The scripts by which shells ask `compose` what may come next, and its answers as each of them reads it.

A script knows no command and no option. It calls the program that stands on the command line; so what it offers is what
that one has, and a shell need not read a new script when there is a new version.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

BASH = r"""# Completion of compose in bash. In ~/.bashrc:  source <(compose completion bash)
_compose() {
    local line=${COMP_LINE:0:COMP_POINT} files word cut suffix answer
    line=${line#*"$1"}
    mapfile -t answer < <("${1/#\~/$HOME}" completion bash -- "$line" 2>/dev/null)
    files=${answer[0]-} word=${answer[1]-}
    COMPREPLY=("${answer[@]:2}")
    if [[ $files ]]; then
        compopt -o filenames
        [[ $word == -*=* ]] && word=${word#*=}
        mapfile -t answer < <(
            if [[ $files == '*' ]]; then
                compgen -f -- "$word"
            else
                compgen -d -- "$word"
                for suffix in $files; do compgen -f -X "!*$suffix" -- "$word"; done
            fi | sort -u
        )
        COMPREPLY+=("${answer[@]}")
    elif [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then
        compopt -o nospace
    fi
    # Bash replaces no more than what stands behind these signs.
    cut=${word%"${word##*[=:]}"}
    COMPREPLY=("${COMPREPLY[@]#"$cut"}")
}
complete -F _compose compose
"""

ZSH = r"""#compdef compose
# Completion of compose in zsh. In ~/.zshrc, behind compinit:  source <(compose completion zsh)
_compose() {
    local files
    local -a answer spaced open patterns
    answer=("${(@f)$(${~words[1]} completion zsh -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
    files=$answer[1]
    spaced=(${${(@)answer[2,-1]}:#*=(|:*)})
    open=(${(M)${(@)answer[2,-1]}:#*=(|:*)})
    (( $#spaced )) && _describe -t words word spaced
    (( $#open )) && _describe -t keys key open -S ''
    if [[ -n $files ]]; then
        [[ $PREFIX == -*=* ]] && compset -P 1 '*='
        patterns=(${=files})
        case $files in
            '*') _files ;;
            /) _files -/ ;;
            *) _files -g "*(${(j:|:)patterns})(-.)" ;;
        esac
    fi
}
if [[ $funcstack[1] == _compose ]]; then
    _compose "$@"
else
    compdef _compose compose
fi
"""

FISH = r"""# Completion of compose in fish:  compose completion fish >~/.config/fish/completions/compose.fish
function __compose_answer
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l answer ($words[1] completion fish -- $words[2..] "$current" 2>/dev/null)
    set -l files $answer[1]
    test (count $answer) -gt 1; and printf '%s\n' $answer[2..]
    set -l head (string match -r -- '^-[^=]*=' "$current")
    set -l path (string replace -r -- '^-[^=]*=' '' "$current")
    for found in (__compose_files "$files" "$path")
        echo "$head$found"
    end
end
function __compose_files -a files path
    test -n "$files"; or return
    # Of a command that is none fish offers files, with a slash behind folders.
    set -l found (complete -C "__compose_no_command $path")
    test "$files" = '*'; or set found (string match -r -- (__compose_pattern $files) $found)
    test (count $found) -gt 0; and printf '%s\n' $found
end
function __compose_pattern
    echo '^.*('(string join '|' / (string escape --style=regex -- (string split ' ' -- $argv)))')$'
end
complete -c compose -e
complete -c compose -f -a '(__compose_answer)'
"""

_END = "\0"  # stands behind the last word, which is there even if it is empty

SCRIPTS: Mapping[str, str] = MappingProxyType({"bash": BASH, "zsh": ZSH, "fish": FISH})


def split_line(line: str) -> list[str]:
    """The words of a line as a shell reads it; the last is the one that is being typed, and may be empty."""
    for quote in ("", '"', "'"):
        try:
            *before, current = shlex.split(f"{line}{_END}{quote}")
        except ValueError:
            continue
        return [*before, current.replace(_END, "")]
    return [""]


def spell(shell: str, current: str, words: Mapping[str, str], files: Sequence[str] | None) -> Iterator[str]:
    """An answer as the script of `shell` reads it: which files, for bash the word that is typed, and each word."""
    yield "" if files is None else " ".join(files) or "*"
    if shell == "bash":
        yield current
        yield from (word for word in words if word.startswith(current))
    elif shell == "zsh":
        yield from (word.replace(":", "\\:") + (f":{meaning}" if meaning else "") for word, meaning in words.items())
    else:
        yield from (f"{word}\t{meaning}" for word, meaning in words.items())
