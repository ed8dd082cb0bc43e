// The scripts: the tables as a `case` that bash and zsh both read, and the few lines of each shell that look into it.
// Words of the tables are plain (letters, digits, "-_/.:=@"), so that none needs quoting. A script runs no program.
#include <string.h>

#include "cli/completion.h"

static void entry(struct ra_buf *out, const char *key, const char *name, const char *words)
{
    ra_buf_printf(out, "    %s%s) echo '%s' ;;\n", key, name, words);
}

static void tables(struct ra_arena *a, struct ra_buf *out)
{
    const struct ra_option_row *row;
    ra_buf_puts(out, "_reachaudit_words()\n{\n    case $1 in\n");
    entry(out, "commands", "", ra_complete_commands(a));
    for (size_t i = 0; i < ra_n_commands; i++) {
        entry(out, "options/", ra_commands[i].name, ra_complete_options(a, ra_commands[i].on));
        entry(out, "first/", ra_commands[i].name, ra_complete_argument(a, &ra_commands[i], false));
        entry(out, "later/", ra_commands[i].name, ra_complete_argument(a, &ra_commands[i], true));
    }
    for (size_t i = 0; (row = ra_option_row(i)); i++) {
        if (row->takes == RA_TAKES_NOTHING)
            continue;
        entry(out, "value/--", row->name, ra_complete_value(a, row));
        if (row->letter)
            entry(out, "value/-", ra_strfmt(a, "%c", row->letter), ra_complete_value(a, row));
    }
    ra_buf_puts(out, "    *) return 1 ;;\n    esac\n}\n\n");
}

// Which question the words typed so far ask: sets `ask` (a key of the table), `head` (what of the current word stands
// before its value) and `value`. Written for both shells; `words` are those before the current one, from 1.
static const char question[] =
    "# Does this option of this command take the next word? One that may do without a value does not.\n"
    "_reachaudit_takes()\n"
    "{\n"
    "    _reachaudit_words \"value/$1\" >/dev/null || return 1\n"
    "    case $1 in\n"
    "    --*) case \" $(_reachaudit_words options/$2) \" in *\" $1 \"*) return 1 ;; esac ;;\n"
    "    esac\n"
    "}\n\n"
    "_reachaudit_question()\n"
    "{\n"
    "    local word before= command= n=0\n"
    "    ask= head= value=$1\n"
    "    shift\n"
    "    for word in \"$@\"; do\n"
    "        if [ \"$word\" = -- ]; then\n"
    "            [ \"$command\" = gate ] && { ask=command; return; }\n"
    "            continue\n"
    "        fi\n"
    "        if [ -z \"$command\" ]; then\n"
    "            case \" $(_reachaudit_words commands) completion \" in\n"
    "            *\" $word \"*) command=$word; continue ;;\n"
    "            *) command=audit ;;\n"
    "            esac\n"
    "        fi\n"
    "        _reachaudit_takes \"$before\" $command && { before=; continue; }\n"
    "        before=$word\n"
    "        case $word in -*) ;; *) n=$((n + 1)) ;; esac\n"
    "    done\n"
    "    case $value in\n"
    "    --*=*) ask=value/${value%%=*} head=${value%%=*}= value=${value#*=}; return ;;\n"
    "    esac\n"
    "    _reachaudit_takes \"$before\" ${command:-audit} && { ask=value/$before; return; }\n"
    "    case $value in\n"
    "    -*) ask=options/${command:-audit} ;;\n"
    "    *) if [ -z \"$command\" ]; then ask=start; elif [ $n = 0 ]; then ask=first/$command; else ask=later/$command; fi ;;\n"
    "    esac\n"
    "}\n\n";

static const char bash[] =
    "_reachaudit()\n"
    "{\n"
    "    local line=${COMP_LINE:0:COMP_POINT} ask head value word files=\n"
    "    local -a typed\n"
    "    read -ra typed <<< \"$line\"\n"
    "    [[ $line == *[[:space:]] ]] && typed+=('')\n"
    "    local current=${typed[${#typed[@]}-1]}\n"
    "    unset \"typed[${#typed[@]}-1]\"\n"
    "    _reachaudit_question \"$current\" \"${typed[@]:1}\"\n"
    "    COMPREPLY=()\n"
    "    if [ $ask = command ]; then\n"
    "        COMPREPLY=($(compgen -c -- \"$value\"))\n"
    "        return\n"
    "    fi\n"
    "    local words=$(_reachaudit_words $ask) list=\n"
    "    [ $ask = start ] && words=\"$(_reachaudit_words commands) $(_reachaudit_words first/audit)\"\n"
    "    [[ \" $words \" == *' @files '* ]] && files=1\n"
    "    [[ \" $words \" == *' @list '* && $value == *,* ]] && list=${value%,*},\n"
    "    for word in $words; do\n"
    "        [[ $word == @* ]] && continue\n"
    "        [[ $list$word == \"$value\"* ]] && COMPREPLY+=(\"$head$list$word\")\n"
    "    done\n"
    "    if [ -n \"$files\" ]; then\n"
    "        compopt -o filenames 2>/dev/null\n"
    "        while IFS= read -r word; do COMPREPLY+=(\"$head$word\"); done < <(compgen -f -- \"$value\")\n"
    "    fi\n"
    "    if [[ ${#COMPREPLY[@]} = 1 && ${COMPREPLY[0]} == *[=:] ]]; then compopt -o nospace 2>/dev/null; fi\n"
    "    # What the shell takes for the current word begins after its last break.\n"
    "    local i gone=\n"
    "    for ((i = ${#current} - 1; i >= 0; i--)); do\n"
    "        word=${current:i:1}\n"
    "        if [[ $word == [=:] && $COMP_WORDBREAKS == *\"$word\"* ]]; then gone=${current:0:i+1}; break; fi\n"
    "    done\n"
    "    COMPREPLY=(\"${COMPREPLY[@]#\"$gone\"}\")\n"
    "    [ \"${COMPREPLY[*]}\" ] || COMPREPLY=()\n"
    "}\n"
    "complete -F _reachaudit reachaudit\n";

static const char zsh[] =
    "_reachaudit()\n"
    "{\n"
    "    local ask head value word\n"
    "    local -a all plain open\n"
    "    _reachaudit_question \"$PREFIX\" \"${(@)words[2,CURRENT-1]}\"\n"
    "    if [[ $ask == command ]]; then\n"
    "        _command_names -e\n"
    "        return\n"
    "    fi\n"
    "    if [[ $ask == start ]]; then\n"
    "        all=(${(z)\"$(_reachaudit_words commands)\"} ${(z)\"$(_reachaudit_words first/audit)\"})\n"
    "    else\n"
    "        all=(${=\"$(_reachaudit_words $ask)\"})\n"
    "    fi\n"
    "    [[ -n $head ]] && compset -P '*='\n"
    "    if [[ ${all[1]} == @list ]]; then\n"
    "        compset -P '*,'\n"
    "        compadd -S '' -- ${all[2,-1]}\n"
    "        return\n"
    "    fi\n"
    "    for word in $all; do\n"
    "        case $word in\n"
    "        @files) ;;\n"
    "        *[=:]) open+=($word) ;;\n"
    "        *) plain+=($word) ;;\n"
    "        esac\n"
    "    done\n"
    "    (( $#plain )) && compadd -- $plain\n"
    "    (( $#open )) && compadd -S '' -- $open\n"
    "    [[ \" $all \" == *' @files '* ]] && _files\n"
    "    return 0\n"
    "}\n";

void ra_completion_bash(struct ra_arena *a, struct ra_buf *out)
{
    ra_buf_puts(out, "# Completions of reachaudit for bash, made from its own tables by `reachaudit completion bash`.\n");
    tables(a, out);
    ra_buf_puts(out, question);
    ra_buf_puts(out, bash);
}

void ra_completion_zsh(struct ra_arena *a, struct ra_buf *out)
{
    ra_buf_puts(out, "#compdef reachaudit\n"
                     "# Completions of reachaudit for zsh, made from its own tables by `reachaudit completion zsh`.\n");
    tables(a, out);
    ra_buf_puts(out, question);
    ra_buf_puts(out, zsh);
    ra_buf_puts(out, "if [[ $funcstack[1] == _reachaudit ]]; then _reachaudit \"$@\"; else compdef _reachaudit reachaudit; fi\n");
}
