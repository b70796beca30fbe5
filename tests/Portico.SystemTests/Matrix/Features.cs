namespace Portico.SystemTests.Matrix;

/// <summary>What a call asks for, or what happens to it: a column of the matrix.</summary>
enum Feature
{
    Plain,
    Stream,
    Tools,
    ParallelTools,
    ToolResult,
    JsonSchema,
    Vision,
    Reasoning,
    Refusal,
    Usage,
    UnknownField,
    Error,
    MidStreamFailure,
    Base64,
    Dimensions,
    TokenIds,
}

/// <summary>A call of a tool that a model makes.</summary>
sealed record SaidCall(string Id, string Name, string Arguments);

/// <summary>Tokens as OpenAI counts them: cached ones stand within the input, those of reasoning within the output.</summary>
sealed record SaidUsage(long Input, long Cached, long Output, long Reasoning);

/// <summary>What a model says, apart from the protocol in which it says it.</summary>
sealed record Said
{
    public string Text { get; init; } = "";
    public string Thinking { get; init; } = "";
    public bool Refuses { get; init; }
    public IReadOnlyList<SaidCall> Calls { get; init; } = [];
    public SaidUsage Usage { get; init; } = new(20, 0, 5, 0);
}

/// <summary>The columns, and what the model says in each.</summary>
static class Features
{
    public const string Prompt = "Zürich 🚲 says hello.";

    /// <summary>An image of one transparent dot.</summary>
    public const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    public const string ToolSays = "It rains in Bern";

    /// <summary>What of a stream came before it broke.</summary>
    public const string Begun = "one two";

    public const string ProvidersWords = "The prompt is too strange for this model.";

    public static readonly Said Weather = new() { Calls = [new SaidCall("call_1", "weather", """{"city":"Bern"}""")] };

    public static Said Answer(Feature feature) =>
        feature switch
        {
            Feature.Tools => Weather,
            Feature.ParallelTools => Weather with { Calls = [.. Weather.Calls, new SaidCall("call_2", "clock", """{"zone":1}""")] },
            Feature.JsonSchema => new Said { Text = """{"city":"Bern","population":134000}""" },
            Feature.Vision => new Said { Text = "A transparent dot." },
            Feature.Reasoning => new Said { Thinking = "Let me see.", Text = "Yes." },
            Feature.Refusal => new Said { Text = "I will not.", Refuses = true },
            Feature.Usage => new Said { Text = Prompt, Usage = new SaidUsage(20, 8, 10, 6) },
            Feature.MidStreamFailure => new Said { Text = Begun },
            _ => new Said { Text = Prompt },
        };

    /// <summary>What must be in the body that reaches the provider, where the request has it; null = nothing to look for.</summary>
    public static IReadOnlyList<string> Marks(Feature feature) =>
        feature switch
        {
            Feature.Tools => ["weather"],
            Feature.ParallelTools => ["weather", "clock"],
            Feature.ToolResult => ["weather", ToolSays],
            Feature.JsonSchema => ["population"],
            // Writers may escape what follows.
            Feature.Vision => [Png[..Png.IndexOf('+', StringComparison.Ordinal)]],
            Feature.UnknownField => ["x_of_tomorrow"],
            _ => [],
        };

    public static string Title(Feature feature) =>
        feature switch
        {
            Feature.ParallelTools => "parallel tools",
            Feature.ToolResult => "tool result",
            Feature.JsonSchema => "JSON schema",
            Feature.UnknownField => "unknown field",
            Feature.MidStreamFailure => "failure in the stream",
            Feature.Base64 => "base 64",
            Feature.TokenIds => "token ids",
            _ => feature.ToString().ToLowerInvariant(),
        };
}
