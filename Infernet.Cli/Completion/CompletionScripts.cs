namespace Infernet.Cli.Completion;

/// <summary>
/// Completion scripts. Each asks the executable itself, by its [suggest] directive, so that they never fall behind the
/// commands. Where it has nothing to say, files are offered.
/// </summary>
internal static class CompletionScripts
{
    private const string Bash = """
        # infernet completion for bash
        _infernet() {
          local word="${COMP_WORDS[COMP_CWORD]}"
          local suggestions
          suggestions=$(infernet "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "${suggestions}" -- "${word}"))
        }
        complete -o default -F _infernet infernet

        """;

    private const string Zsh = """
        #compdef infernet
        # infernet completion for zsh
        _infernet() {
          local -a suggestions
          suggestions=("${(@f)$(infernet "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
          suggestions=(${suggestions:#})
          if (( ${#suggestions} )); then
            compadd -a suggestions
          fi
          _files
        }
        if [ "$funcstack[1]" = "_infernet" ]; then
          _infernet "$@"
        else
          compdef _infernet infernet
        fi

        """;

    private const string Fish = """
        # infernet completion for fish
        function __infernet_suggest
          set -l line (commandline --current-process)
          set -l cursor (commandline --current-process --cursor)
          infernet "[suggest:$cursor]" "$line" 2>/dev/null
        end
        complete --command infernet --arguments '(__infernet_suggest)'

        """;

    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish"];

    public static string For(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => throw new ArgumentException($"There is no script for '{shell}'.", nameof(shell)),
    };
}
