using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico identity passwords: whether they count beside the identity provider.</summary>
static class PasswordsVerb
{
    static readonly Argument<string?> State = new("state")
    {
        Description = "refuse: people sign in by the provider alone; allow: with passwords too. Left out, it is shown.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    static readonly Option<string?> Organisation = new("--organisation") { Description = "org_…; needed when there are several." };
    static readonly Option<string?> BreakGlass = new("--break-glass")
    {
        Description = "person_… of an owner whose password stays good, for the day on which the provider is away.",
    };

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("passwords", "Whether passwords count where an organisation has a provider: show, refuse, allow.")
            {
                State,
                Organisation,
                BreakGlass,
            }.Runs(RunAsync)
        );

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var (state, breakGlass) = (parsed.GetValue(State), parsed.GetValue(BreakGlass));
        if (state is not (null or "refuse" or "allow"))
            throw Verb.Mistake($"'{state}' is none of refuse and allow.");
        if (breakGlass is not null && state != "refuse")
            throw Verb.Mistake("--break-glass goes with refuse: it names whose password stays good then.");
        using var api = ApiClient.From(parsed);
        var organisation = await IdentityVerb.OrganisationAsync(api, parsed.GetValue(Organisation), ct);
        var path = $"/api/organisations/{Uri.EscapeDataString(organisation)}/sign-in-rule";
        var rule = state is null
            ? await api.GetAsync(path, ct)
            : await api.PostAsync(path, new JsonObject { ["provider_only"] = state == "refuse", ["break_glass"] = breakGlass }, ct);
        if (api.IsJson)
            ApiClient.ShowJson(rule);
        else if (!rule["provider_only"]!.GetValue<bool>())
            Console.WriteLine($"{organisation}  people sign in by an identity provider or with a password");
        else
            Console.WriteLine(
                $"{organisation}  people sign in by the identity provider alone; the password of {ApiClient.Text(rule["break_glass"]) ?? "nobody"} stays good"
            );
        return 0;
    }
}
