using System.CommandLine;
using System.Text.Json.Nodes;
using Portico.Governance.Audit;
using Portico.Governance.Keys;
using Portico.Models;
using Portico.Storage;

namespace Portico.Server.Verbs;

/// <summary>portico keyring: what keys there are, replacing them, a new root, the root in shares, and the destruction of a workspace's key.</summary>
static class KeyringVerb
{
    static readonly Option<string?> Place = new("--place") { Description = "Id of an organisation or workspace, or platform." };
    static readonly Argument<string> Key = new("key") { Description = "Id of a key, dk_…" };
    static readonly Option<string> ToFile = new("--to-file")
    {
        Description = "File that holds the new root, made where there is none.",
        Required = true,
    };
    static readonly Option<int> Threshold = new("--threshold")
    {
        Description = "How many shares give the root.",
        DefaultValueFactory = _ => 3,
    };
    static readonly Option<int> Shares = new("--shares") { Description = "How many there are.", DefaultValueFactory = _ => 5 };
    static readonly Option<string?> Into = new("--into")
    {
        Description = "A directory for files share-1, share-2, …, for their owner alone; printed where it is not given.",
    };
    static readonly Argument<string[]> ShareFiles = new("files") { Description = "Files with a share each." };
    static readonly Argument<string> WorkspaceId = new("workspace") { Description = "Id of the workspace." };
    static readonly Option<string> WorkspaceName = new("--name") { Description = "Its name, letter by letter.", Required = true };
    static readonly Option<string> Reason = new("--reason") { Description = "Why.", Required = true };
    static readonly Argument<string> Destruction = new("id") { Description = "Id of the destruction, kdest_…" };
    static readonly Option<string?> Note = new("--note") { Description = "Words for the record." };

    public static Command Command() =>
        new("keyring", "The keys that seal what is kept.")
        {
            ApiClient.AddTo(new Command("show", "The root, and the keys under it.") { Place }.Runs(ShowAsync)),
            ApiClient.AddTo(new Command("rotate", "Replace a key. Data is not touched.") { Key }.Runs(RotateAsync)),
            new Command("rotate-root", "Put a new root over the store; the node is stopped meanwhile, or restarted with it after.")
            {
                ToFile,
            }
                .WithLocalOptions()
                .Runs(RotateRootAsync),
            new Command("split", "Print the root as shares for several people.") { Threshold, Shares, Into }
                .WithLocalOptions()
                .Runs(SplitAsync),
            new Command("join", "Make the root's file of shares, to rotate a root that is in shares.") { ShareFiles, ToFile }.Runs(
                JoinAsync
            ),
            ApiClient.AddTo(
                new Command("destroy", "Ask that the key of a workspace be destroyed, and all that was kept for it.")
                {
                    WorkspaceId,
                    WorkspaceName,
                    Reason,
                }.Runs(DestroyAsync)
            ),
            ApiClient.AddTo(new Command("destructions", "Destructions, asked and decided.").Runs(DestructionsAsync)),
            ApiClient.AddTo(
                new Command("approve", "Destroy the key, as a second person.") { Destruction, Note }.Runs(
                    (p, ct) => DecideAsync(p, "approve", ct)
                )
            ),
            ApiClient.AddTo(
                new Command("decline", "Leave the key as it is.") { Destruction, Note }.Runs((p, ct) => DecideAsync(p, "decline", ct))
            ),
        };

    static async Task<int> ShowAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var root = await api.GetAsync("/api/keyring", ct);
        var place = parsed.GetValue(Place) is { } p ? $"&place={Uri.EscapeDataString(p)}" : "";
        var page = await api.GetAsync($"/api/keyring/keys?limit=200{place}", ct);
        if (!api.IsJson)
            Console.WriteLine($"root {root["root_id"]} from {root["source"]}\n");
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("ID", r => ApiClient.Text(r["id"])),
            ("LEVEL", r => ApiClient.Text(r["level"])),
            ("PLACE", r => ApiClient.Text(r["place"])),
            ("PURPOSE", r => ApiClient.Text(r["purpose"])),
            ("STATE", r => ApiClient.Text(r["state"])),
            ("SINCE", r => ApiClient.Time(r["created_at"]))
        );
        return 0;
    }

    static async Task<int> RotateAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var made = await api.PostAsync($"/api/keyring/keys/{parsed.GetRequiredValue(Key)}/rotate", [], ct);
        if (api.IsJson)
            ApiClient.ShowJson(made);
        else
            Console.WriteLine($"{made["key"]!["id"]} is in force. {made["rewrapped"]} keys were wrapped under it; no data was touched.");
        return 0;
    }

    static async Task<int> RotateRootAsync(ParseResult parsed, CancellationToken ct)
    {
        var path = parsed.GetRequiredValue(ToFile);
        var configuration = LocalOptions.ReadGood(parsed);
        var storage = Settings.Of<StorageOptions>(configuration, StorageOptions.Section);
        var old = ModelsModule.LoadMasterKey(configuration, storage);
        await using var local = LocalNode.Open(configuration, old);
        await local.ReadyAsync(ct);
        // Before the store is changed: a root that could not be written would be a root that is lost.
        var next = MasterKey.FromFile(path);
        var wrapped = await local.Get<KeyRotation>().RotateRootAsync(next, ct);
        await local.Get<MachineActs>().NoteAsync("rotate-root", $"from root {old.Id} to {next.Id}, {wrapped} keys", ct);
        Console.WriteLine($"{wrapped} keys are under root {next.Id} now, from '{path}'.");
        Console.WriteLine(
            $"Start every node with it (MasterKey:File={path}). Root {old.Id} from {old.Source} opens nothing of this store any more:"
        );
        Console.WriteLine("destroy it wherever it lies once the nodes run, and what was destroyed before is gone from back-ups too.");
        return 0;
    }

    static async Task<int> SplitAsync(ParseResult parsed, CancellationToken ct)
    {
        var (threshold, count) = (parsed.GetValue(Threshold), parsed.GetValue(Shares));
        if (threshold < 2 || count < threshold || count > RootShare.MaxShares)
            throw Verb.Mistake($"--threshold is at least 2, --shares at least that and at most {RootShare.MaxShares}.");
        var configuration = LocalOptions.ReadGood(parsed);
        var root = ModelsModule.LoadMasterKey(configuration, Settings.Of<StorageOptions>(configuration, StorageOptions.Section));
        var made = RootShare.Of(root, threshold, count);
        foreach (var share in made)
            if (parsed.GetValue(Into) is { } directory)
                await WriteAsync(directory, share, ct);
            else
                Console.WriteLine(share.ToText());
        await Console.Error.WriteLineAsync(
            $"{threshold} of these {count} shares give root {root.Id}. Give each to one person. Then start nodes with {ModelsModule.SharesSetting}=true and destroy what {root.Source} holds."
        );
        return 0;
    }

    static async Task<int> JoinAsync(ParseResult parsed, CancellationToken ct)
    {
        var gathering = new ShareGathering(null);
        foreach (var file in parsed.GetRequiredValue(ShareFiles))
            if (gathering.Take(await File.ReadAllTextAsync(file, ct)).Root is { } root)
            {
                root.WriteTo(parsed.GetRequiredValue(ToFile));
                Console.WriteLine($"Root {root.Id} is in '{parsed.GetRequiredValue(ToFile)}'. Destroy the file when it has done its work.");
                return 0;
            }
        throw Verb.Mistake(
            "These shares do not suffice: "
                + string.Join("; ", gathering.State.Select(s => $"{s.Held} of {s.Needed} of split {s.Set}"))
                + "."
        );
    }

    static async Task WriteAsync(string directory, RootShare share, CancellationToken ct)
    {
        PrivateDirectory.Create(Path.GetFullPath(directory));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var writer = new StreamWriter(Path.Combine(directory, $"share-{share.Number}"), options);
        await writer.WriteLineAsync(share.ToText().AsMemory(), ct);
    }

    static async Task<int> DestroyAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var body = new JsonObject
        {
            ["workspace_id"] = parsed.GetRequiredValue(WorkspaceId),
            ["name"] = parsed.GetRequiredValue(WorkspaceName),
            ["reason"] = parsed.GetRequiredValue(Reason),
        };
        var made = await api.PostAsync("/api/key-destructions", body, ct);
        if (api.IsJson)
            ApiClient.ShowJson(made);
        else
            Console.WriteLine($"{made["id"]} waits for another person: {Verb.Program} keyring approve {made["id"]}");
        return 0;
    }

    static async Task<int> DestructionsAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/key-destructions", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("ID", r => ApiClient.Text(r["id"])),
            ("WORKSPACE", r => ApiClient.Text(r["workspace_id"])),
            ("STATE", r => ApiClient.Text(r["state"])),
            ("ASKED BY", r => ApiClient.Text(r["asked_by_name"])),
            ("DECIDED BY", r => ApiClient.Text(r["decided_by_name"])),
            ("BACK-UPS", r => ApiClient.Text(r["backups"]))
        );
        return 0;
    }

    static async Task<int> DecideAsync(ParseResult parsed, string decision, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var body = new JsonObject { ["note"] = parsed.GetValue(Note) };
        var made = await api.PostAsync($"/api/key-destructions/{parsed.GetRequiredValue(Destruction)}/{decision}", body, ct);
        if (api.IsJson)
            ApiClient.ShowJson(made);
        else
            Console.WriteLine(
                made["state"]!.GetValue<string>() == "done"
                    ? $"The key is destroyed, {made["keys"]} keys in all. Back-ups from before open {(made["backups"]!.GetValue<string>() == "gone" ? "nothing" : "until the root is rotated and the old one destroyed")}."
                    : "The key stays as it is."
            );
        return 0;
    }
}
