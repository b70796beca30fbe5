namespace Portico.Server.Seeds;

/// <summary>
/// Who calls what in the scenario of recorded calls: an insurer with six workspaces. All names are made up or those of models; prices and times are of the
/// order that such models have, and nothing is sent anywhere, since the connections are simulated.
/// </summary>
static class CallsSheet
{
    public const string Organisation = "Halden Mutual";

    /// <param name="InUsd">USD per million input tokens.</param>
    /// <param name="OutUsd">USD per million output tokens.</param>
    /// <param name="FirstMs">The usual time to first output.</param>
    /// <param name="PerSecond">Output tokens a second.</param>
    /// <param name="Fails">Share of attempts that fail.</param>
    public sealed record SeedModel(
        string Connection,
        string Name,
        decimal InUsd,
        decimal OutUsd,
        int FirstMs,
        int PerSecond,
        double Fails,
        bool Embeddings = false
    );

    public static readonly IReadOnlyList<SeedModel> Models =
    [
        new("azure-westeurope", "gpt-5", 1.25m, 10m, 900, 75, 0.021),
        new("azure-westeurope", "gpt-5-mini", 0.25m, 2m, 420, 120, 0.017),
        new("azure-westeurope", "gpt-5-nano", 0.05m, 0.40m, 260, 190, 0.008),
        new("azure-westeurope", "text-embedding-3-large", 0.13m, 0m, 90, 0, 0.004, Embeddings: true),
        new("anthropic", "claude-sonnet-4-5", 3m, 15m, 1_050, 66, 0.009),
        new("anthropic", "claude-opus-4-1", 15m, 75m, 1_600, 38, 0.012),
        new("bedrock-frankfurt", "claude-haiku-4-5", 1m, 5m, 610, 130, 0.006),
        new("vertex-europe", "gemini-2.5-pro", 1.25m, 10m, 1_300, 90, 0.011),
        new("vertex-europe", "gemini-2.5-flash", 0.30m, 2.50m, 380, 210, 0.007),
        new("mistral", "mistral-large-3", 0.50m, 1.50m, 640, 82, 0.006),
        new("vllm-lab", "llama-3.3-70b", 0m, 0m, 330, 48, 0.004),
        new("cohere", "command-a", 2.50m, 10m, 520, 74, 0.008),
    ];

    /// <param name="Share">Of all calls, in thousandths.</param>
    /// <param name="Models">In the order in which its route tries them.</param>
    /// <param name="Input">Usual input tokens.</param>
    /// <param name="Output">Usual output tokens.</param>
    /// <param name="Cached">Share answered from the cache.</param>
    /// <param name="Rhythm">When it is busy.</param>
    public sealed record SeedUseCase(
        string Workspace,
        string Name,
        string Stage,
        string Purpose,
        string Owner,
        int Share,
        string Route,
        string[] Models,
        int Input,
        int Output,
        int Keys,
        double Cached,
        Rhythm Rhythm
    );

    public enum Rhythm
    {
        Office,

        /// <summary>People of the public: evenings and weekends too.</summary>
        Public,

        /// <summary>Jobs of the night.</summary>
        Night,
    }

    public static readonly IReadOnlyList<SeedUseCase> UseCases =
    [
        Case(
            "Claims",
            "Claims assistant",
            "production",
            "Answers clerks about open claims",
            "a.berg",
            150,
            "claims-chat",
            3_200,
            430,
            6,
            0.02
        ) with
        {
            Models = ["gpt-5", "claude-sonnet-4-5"],
        },
        Case("Claims", "Damage photos", "canary", "Describes photos of damage", "a.berg", 25, "damage-vision", 2_600, 260, 2, 0) with
        {
            Models = ["gemini-2.5-pro", "gpt-5"],
        },
        Case(
            "Customer service",
            "Policy Q&A",
            "production",
            "Answers customers about their policies",
            "j.oduya",
            330,
            "policy-qa",
            2_100,
            240,
            6,
            0.21
        ) with
        {
            Models = ["gpt-5-mini", "gemini-2.5-flash"],
            Rhythm = Rhythm.Public,
        },
        Case(
            "Customer service",
            "Call summaries",
            "production",
            "Sums up telephone calls",
            "j.oduya",
            70,
            "call-summary",
            3_900,
            310,
            3,
            0
        ) with
        {
            Models = ["mistral-large-3", "claude-haiku-4-5"],
        },
        Case(
            "Underwriting",
            "Underwriting notes",
            "production",
            "Drafts notes from files",
            "s.lind",
            62,
            "uw-notes",
            6_400,
            720,
            4,
            0.01
        ) with
        {
            Models = ["claude-sonnet-4-5", "gpt-5"],
        },
        Case(
            "Legal",
            "Contract review",
            "production",
            "Marks clauses that need a lawyer",
            "p.ruiz",
            14,
            "contract-review",
            21_000,
            1_300,
            3,
            0
        ) with
        {
            Models = ["claude-opus-4-1", "claude-sonnet-4-5"],
        },
        Case(
            "Engineering",
            "Code assist",
            "staging",
            "Helps developers in their editors",
            "k.tanaka",
            225,
            "code-assist",
            4_800,
            380,
            8,
            0.04
        ) with
        {
            Models = ["claude-haiku-4-5", "gpt-5-mini"],
        },
        Case("Engineering", "Log triage", "staging", "Sorts alarms of the night", "k.tanaka", 38, "log-triage", 5_200, 120, 2, 0) with
        {
            Models = ["llama-3.3-70b"],
            Rhythm = Rhythm.Night,
        },
        Case("Operations", "Mail sorting", "production", "Sorts incoming mail", "m.ivanova", 46, "mail-sort", 900, 40, 2, 0.06) with
        {
            Models = ["gpt-5-nano", "gemini-2.5-flash"],
            Rhythm = Rhythm.Night,
        },
        Case("Operations", "Knowledge index", "production", "Embeds documents for search", "m.ivanova", 30, "embed", 700, 0, 2, 0) with
        {
            Models = ["text-embedding-3-large"],
            Rhythm = Rhythm.Night,
        },
        Case("Operations", "Ad copy", "staging", "Drafts texts of campaigns", "m.ivanova", 10, "ad-copy", 1_100, 520, 2, 0) with
        {
            Models = ["command-a", "mistral-large-3"],
        },
    ];

    static SeedUseCase Case(
        string workspace,
        string name,
        string stage,
        string purpose,
        string owner,
        int share,
        string route,
        int input,
        int output,
        int keys,
        double cached
    ) => new(workspace, name, stage, purpose, owner, share, route, [], input, output, keys, cached, Rhythm.Office);

    /// <summary>How busy an instant is, 1 on a usual working morning.</summary>
    public static double Busy(Rhythm rhythm, DateTimeOffset at)
    {
        var hour = at.Hour + at.Minute / 60.0;
        var weekend = at.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        var day = Math.Exp(-Math.Pow((hour - 10.2) / 2.6, 2)) + 0.85 * Math.Exp(-Math.Pow((hour - 14.8) / 2.4, 2));
        return rhythm switch
        {
            Rhythm.Night => 0.25 + 1.1 * Math.Exp(-Math.Pow((hour - 2.5) / 1.8, 2)),
            Rhythm.Public => (0.10 + day * 0.8 + 0.55 * Math.Exp(-Math.Pow((hour - 19.5) / 2.2, 2))) * (weekend ? 0.62 : 1),
            _ => (0.05 + day) * (weekend ? 0.13 : 1),
        };
    }
}
