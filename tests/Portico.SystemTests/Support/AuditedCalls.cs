using System.IO.Compression;
using System.Text.Json.Nodes;
using Portico.Governance.Audit;

namespace Portico.SystemTests.Support;

/// <summary>The calls of an exported audit log, which was verified.</summary>
sealed class AuditedCalls
{
    readonly Dictionary<string, int> intents = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<(string Outcome, int Status)>> outcomes = new(StringComparer.Ordinal);

    public int Count => intents.Count;

    /// <summary>Exports, verifies with the key that the API gives, and reads.</summary>
    public static async Task<AuditedCalls> ReadAsync(Api admin)
    {
        using var zip = new MemoryStream(await admin.Client.GetByteArrayAsync("/api/audit/export"));
        var verifier = new AuditVerifier();
        verifier.Trust((await admin.GetAsync("/api/audit/keys"))["items"]![0]!.Text("pem"));
        verifier.Verify(zip).Faults.ShouldBeEmpty();
        var found = new AuditedCalls();
        zip.Position = 0;
        using var archive = new ZipArchive(zip);
        foreach (var entry in archive.Entries.Where(e => e.FullName.EndsWith("/entries.jsonl", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(entry.Open());
            while (await reader.ReadLineAsync() is { } line)
                found.Add(JsonNode.Parse(line)!);
        }
        return found;
    }

    void Add(JsonNode line)
    {
        var kind = line.Text("kind");
        if (kind is "call.intent" or "call")
            intents[line.Text("call")] = intents.GetValueOrDefault(line.Text("call")) + 1;
        if (kind is "call.outcome" or "call")
        {
            var id = line.Text("call");
            (outcomes.TryGetValue(id, out var known) ? known : outcomes[id] = []).Add(
                (line.Text("outcome"), line["status"]!.GetValue<int>())
            );
        }
    }

    /// <summary>Every call whose end was seen has one intent and one outcome, and the outcome is the one that was seen.</summary>
    public void ShouldHold(IEnumerable<SeenCall> seen)
    {
        foreach (var call in seen)
        {
            intents.GetValueOrDefault(call.Id).ShouldBe(1, call.ToString());
            outcomes.GetValueOrDefault(call.Id).ShouldHaveSingleItem().Outcome.ShouldBe(call.Outcome, call.ToString());
        }
    }

    /// <summary>No outcome says that a call was completed which was not, of those that have no record either.</summary>
    public void ShouldTellHowCallsEnded() =>
        outcomes.Values.SelectMany(o => o).Where(o => o.Status < 200 || o.Outcome == "completed" != (o.Status == 200)).ShouldBeEmpty();

    /// <summary>No call is in the books that was not announced.</summary>
    public void ShouldHoldIntentsOf(IEnumerable<string> calls) => calls.Where(c => intents.GetValueOrDefault(c) != 1).ShouldBeEmpty();
}
