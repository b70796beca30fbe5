using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace Portico.Server.Verbs;

/// <summary>What was typed and cannot be understood: one line for each mistake, the word that was probably meant, and where help is. Exit code 2.</summary>
static class Misuse
{
    public const int ExitCode = 2;

    public static bool IsWrong(ParseResult parsed) => parsed.Errors.Count > 0 && parsed.Action is not HelpAction;

    public static int Explain(ParseResult parsed, TextWriter to)
    {
        var command = parsed.CommandResult.Command;
        var lines =
            parsed.UnmatchedTokens.Count > 0 ? [Unknown(parsed, command)] : Missing(parsed, command).Concat(Others(parsed)).Distinct();
        foreach (var line in lines)
            to.WriteLine(line);
        to.WriteLine($"Help: {PathOf(parsed)} --help");
        return ExitCode;
    }

    static IEnumerable<string> Missing(ParseResult parsed, Command command) =>
        command
            .Options.Where(o => o.Required && parsed.GetResult(o) is null or { Implicit: true })
            .Select(o => $"{o.Name} is missing: {o.Description}");

    static IEnumerable<string> Others(ParseResult parsed) =>
        parsed
            .Errors.Where(e => e.SymbolResult is not CommandResult || !e.Message.StartsWith("Option '", StringComparison.Ordinal))
            .Select(Describe);

    /// <summary>The first word that nothing is named by; those behind it may belong to it.</summary>
    static string Unknown(ParseResult parsed, Command command)
    {
        var word = parsed.UnmatchedTokens[0];
        if (word.StartsWith('-'))
        {
            var options = command.Options.Where(o => !o.Hidden).Select(o => o.Name);
            return $"'{word.Split('=')[0]}' is not an option of '{PathOf(parsed)}'.{Meant(word.Split('=')[0], options)}";
        }
        return command.Subcommands.Count > 0
            ? $"'{word}' is not a verb of '{PathOf(parsed)}'.{Meant(word, command.Subcommands.Select(c => c.Name))}"
            : $"'{PathOf(parsed)}' takes no '{word}'.";
    }

    static string Meant(string word, IEnumerable<string> candidates) =>
        Nearest.Of(word, candidates) is { } near ? $" Did you mean '{near}'?" : "";

    static string Describe(ParseError error) =>
        error.SymbolResult switch
        {
            OptionResult { Tokens.Count: 0, IdentifierTokenCount: > 0 } option => $"{option.Option.Name} needs a value.",
            OptionResult { Tokens: [var value, ..] } option when IsNumber(option.Option.ValueType) =>
                $"{option.Option.Name} takes a whole number, not '{value.Value}'.",
            ArgumentResult { Tokens.Count: 0 } argument =>
                $"{argument.Argument.Name.ToUpperInvariant()} is missing: {argument.Argument.Description}",
            CommandResult { Command.Arguments: [var missing, ..] }
                when error.Message.Contains("argument", StringComparison.OrdinalIgnoreCase) =>
                $"{missing.Name.ToUpperInvariant()} is missing: {missing.Description}",
            _ => error.Message,
        };

    /// <summary>Takes one of these words and names the nearest for another.</summary>
    public static Option<T> OneOf<T>(this Option<T> option, params string[] words)
    {
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => !words.Contains(t.Value, StringComparer.Ordinal)))
                result.AddError(
                    $"{option.Name} takes {string.Join(", ", words[..^1])} or {words[^1]}, not '{token.Value}'.{Meant(token.Value, words)}"
                );
        });
        return option;
    }

    static bool IsNumber(Type type) => (Nullable.GetUnderlyingType(type) ?? type) == typeof(int);

    /// <summary>The command as it is typed: <c>portico keys create</c>.</summary>
    static string PathOf(ParseResult parsed)
    {
        var names = new List<string>();
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Parent: not null } command; at = command.Parent)
            names.Insert(0, command.Command.Name);
        return string.Join(' ', names.Prepend(Verb.Program));
    }
}
