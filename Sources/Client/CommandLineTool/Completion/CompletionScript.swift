/// What a shell loads. The answers come from the program itself, so that they cannot differ from what it takes.
enum CompletionScript {
    static let bash = #"""
        # bash completion for specwright. To load it: source <(specwright completion bash)
        _specwright() {
            local IFS=$'\n' word=${COMP_WORDS[COMP_CWORD]}
            COMPREPLY=($(specwright __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
            if [[ ${COMPREPLY[0]} == ":files" ]]; then
                COMPREPLY=($(compgen -f -- "$word"))
                compopt -o filenames
            fi
        }
        complete -F _specwright specwright

        """#

    static let zsh = #"""
        #compdef specwright
        # zsh completion for specwright. To load it: source <(specwright completion zsh)
        _specwright() {
            local -a lines names descriptions
            local line
            lines=("${(@f)$(specwright __complete -- "${words[@]:1:$((CURRENT - 1))}" 2>/dev/null)}")
            if [[ ${lines[1]} == ":files" ]]; then
                _files
                return
            fi
            for line in $lines; do
                [[ -n $line ]] || continue
                names+=("${line%%$'\t'*}")
                descriptions+=("${line/$'\t'/  }")
            done
            compadd -l -d descriptions -a names
        }
        if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
            _specwright "$@"
        else
            compdef _specwright specwright
        fi

        """#
}
