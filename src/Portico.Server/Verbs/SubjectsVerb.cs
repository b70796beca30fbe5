using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico subjects: everything about a person, or its erasure; asking, deciding, fetching.</summary>
static class SubjectsVerb
{
    static readonly Argument<string> Id = new("id") { Description = "Id, subject_…" };
    static readonly Argument<string> Person = new("person") { Description = "Id of the person, person_…" };
    static readonly Option<bool> Erase = new("--erase") { Description = "Have it gone, in place of a package of it." };
    static readonly Option<string> Reason = new("--reason")
    {
        Description = "Why, without the person's name: the reason stays.",
        Required = true,
    };
    static readonly Option<string?> Note = new("--note") { Description = "Words for whoever asked." };
    static readonly Option<string?> To = new("--to") { Description = "Where the zip goes; ID.zip by default." };

    public static Command Command() =>
        new("subjects", "Everything about a person, or its erasure.")
        {
            ApiClient.AddTo(new Command("list", "Asked and decided, newest first.").Runs(ListAsync)),
            ApiClient.AddTo(
                new Command("ask", "Ask for everything about a person, or for its erasure.") { Person, Erase, Reason }.Runs(AskAsync)
            ),
            ApiClient.AddTo(
                new Command("approve", "Let it begin; what is erased cannot be brought back.") { Id, Note }.Runs(
                    (p, ct) => DecideAsync(p, "approve", ct)
                )
            ),
            ApiClient.AddTo(new Command("decline", "Do not let it begin.") { Id, Note }.Runs((p, ct) => DecideAsync(p, "decline", ct))),
            ApiClient.AddTo(new Command("withdraw", "Take back what one asked.") { Id }.Runs((p, ct) => DecideAsync(p, "withdraw", ct))),
            ApiClient.AddTo(new Command("show", "How far one is, and the report of an erasure.") { Id }.Runs(ShowAsync)),
            ApiClient.AddTo(new Command("fetch", "Fetch the package as a zip.") { Id, To }.Runs(FetchAsync)),
        };

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/subject-requests?limit=200", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("ID", r => ApiClient.Text(r["id"])),
            ("FOR", r => ApiClient.Text(r["kind"])),
            ("STATE", r => r["problem"] is null ? ApiClient.Text(r["state"]) : "waits"),
            ("PERSON", r => ApiClient.Text(r["person_id"])),
            ("ASKED BY", r => ApiClient.Text(r["asked_by_name"])),
            ("DECIDED BY", r => ApiClient.Text(r["decided_by_name"])),
            ("UNTIL", r => ApiClient.Time(r["until"])),
            ("REASON", r => ApiClient.Text(r["reason"]))
        );
        return 0;
    }

    static async Task<int> AskAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var body = new JsonObject
        {
            ["person_id"] = parsed.GetRequiredValue(Person),
            ["kind"] = parsed.GetValue(Erase) ? "erasure" : "access",
            ["reason"] = parsed.GetRequiredValue(Reason),
        };
        var made = await api.PostAsync("/api/subject-requests", body, ct);
        if (api.IsJson)
            ApiClient.ShowJson(made);
        else
            Console.WriteLine(
                made["state"]!.GetValue<string>() == "open"
                    ? $"{made["id"]} waits for another person: {Verb.Program} subjects approve {made["id"]}"
                    : $"{made["id"]} has begun: {Verb.Program} subjects show {made["id"]}"
            );
        return 0;
    }

    static async Task<int> DecideAsync(ParseResult parsed, string decision, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        JsonObject body = decision == "withdraw" ? [] : new() { ["note"] = parsed.GetValue(Note) };
        var made = await api.PostAsync($"/api/subject-requests/{parsed.GetRequiredValue(Id)}/{decision}", body, ct);
        if (api.IsJson)
            ApiClient.ShowJson(made);
        else
            Console.WriteLine($"{made["id"]} is {made["state"]}.");
        return 0;
    }

    static async Task<int> ShowAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var request = await api.GetAsync($"/api/subject-requests/{Uri.EscapeDataString(parsed.GetRequiredValue(Id))}", ct);
        if (!api.IsJson)
        {
            Console.WriteLine($"{request["kind"]} of {request["person_id"]}: {request["state"]}");
            if (request["problem"] is { } problem)
                Console.WriteLine($"waits: {problem}");
            if (request["until"] is { } until && request["state"]!.GetValue<string>() == "done")
                Console.WriteLine($"fetch it until {ApiClient.Time(until)}: {Verb.Program} subjects fetch {request["id"]}");
        }
        api.Show(
            request,
            request["steps"]!.AsArray(),
            ("CLASS", s => ApiClient.Text(s["class"])),
            ("DONE", s => s["done"]!.GetValue<bool>() ? "yes" : "no"),
            (request["kind"]!.GetValue<string>() == "access" ? "COPIED" : "REMOVED", s => ApiClient.Text(s["amount"])),
            ("FOUND AFTERWARDS", s => ApiClient.Text(s["left_behind"])),
            ("HASH", s => ApiClient.Text(s["hash"]) is { Length: > 16 } hash ? hash[..16] + "…" : "")
        );
        return 0;
    }

    static async Task<int> FetchAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var id = parsed.GetRequiredValue(Id);
        var path = parsed.GetValue(To) ?? $"{id}.zip";
        await api.DownloadAsync($"/api/subject-requests/{Uri.EscapeDataString(id)}/package", path, ct);
        Console.WriteLine($"{path} holds what was said and who said it: keep it where only who asked for it reads it.");
        return 0;
    }
}
