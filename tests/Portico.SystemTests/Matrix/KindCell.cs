using System.Text;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Matrix;

/// <summary>
/// One cell of the table of kinds: a call of a kind of a model of a family. It is answered, recorded and billed in its unit, and the provider's failure is heard as
/// one; or it is refused with a sentence before the provider is called, and costs nothing.
/// </summary>
sealed class KindCell(
    MatrixRun run,
    MatrixFamily family,
    MatrixServer server,
    Dictionary<(string Model, bool Embeds), string> deployed,
    MatrixKind kind
)
{
    bool IsSim => family.Protocol is null;

    string UpstreamModel => kind.Embeds ? family.EmbeddingModel ?? family.Model : family.Model;

    public async Task<Cell> RunAsync()
    {
        // What has no chat has no tokens of messages to count.
        if (kind.Counts && family.EmbedsOnly)
            return new Cell(CellKind.None);
        if (!deployed.TryGetValue((UpstreamModel, kind.Embeds), out var model))
            model = deployed[(UpstreamModel, kind.Embeds)] = await DeployAsync(UpstreamModel);
        var script = ScriptOf();
        server.Next(script?.Answer ?? Scripted.Json("{}", 500));
        var (status, bytes, response) = await AskAsync(model);
        using var _ = response;
        var record = await run.Node.RecordOfAsync(response);
        Same(record.Text("operation"), kind.Operation, "operation of the record");
        if (status != 200)
            return Refused(status, bytes, record);
        if (script is null && !IsSim && !kind.Counts)
            throw new MatrixFault($"it was answered, by whom? {Encoding.UTF8.GetString(bytes)}");
        ShouldHaveReached(script);
        ShouldSay(bytes, script);
        var unit = ShouldBeBilled(record, script);
        await ShouldFailAsFailureAsync(script);
        return new Cell(CellKind.Works, unit.Title);
    }

    /// <summary>What the family's server answers; null where it has no such thing.</summary>
    KindScript? ScriptOf() =>
        IsSim || (kind.Embeds && family.EmbeddingModel is null) || (kind.Counts && !family.CountsItself) ? null
        : kind.Embeds ? new KindScript("", family.Protocol!.Embeddings(2), BilledUnit.Tokens, 6, IsReported: true)
        : kind.Counts ? new KindScript("count_tokens", family.Protocol!.Count(), BilledUnit.Nothing, null, IsReported: false)
        : family.Protocol!.Kind(kind);

    Task<string> DeployAsync(string upstreamModel) => run.DeployAsync(family, server, kind.Embeds, upstreamModel, BilledUnit.Price);

    async Task<(int Status, byte[] Bytes, HttpResponseMessage Response)> AskAsync(string model)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, kind.Path) { Content = kind.Ask(model) };
        var response = await (kind.IsAnthropics ? run.AsAnthropic : run.Node.Door).SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(), response);
    }

    /// <summary>The words of an error, in the shape of the dialect.</summary>
    string WordsOf(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var body = JsonNode.Parse(text)!;
        var error = body["error"]!.AsObject();
        if (kind.IsAnthropics)
            Same(body.Text("type"), "error", "type of the error");
        else
            Calls.ShouldBeWhole(error);
        // A code may be the provider's own, such as a ValidationException of AWS.
        Calls.ShouldTellNothingOfTheInside(error.Text("message"));
        return error.Text("message");
    }

    Cell Refused(int status, byte[] bytes, JsonNode record)
    {
        var words = WordsOf(bytes);
        if (status != 400 || words.Length < 20 || !words.EndsWith('.') || !words.Contains(' ', StringComparison.Ordinal))
            throw new MatrixFault($"it is refused with {status} and no sentence: {words}");
        Same(server.Bodies.Count, 0, "calls of the provider by a refused one");
        Same(record.Number("cost_nano_usd"), 0L, "cost of a refused call");
        if (record.Text("outcome") is not ("refused" or "failed"))
            throw new MatrixFault($"a refused call is recorded as {record.Text("outcome")}");
        return new Cell(CellKind.Refused, words);
    }

    void ShouldHaveReached(KindScript? script)
    {
        if (script is null)
            return;
        if (server.Bodies.Count == 0 || !server.Paths[0].EndsWith(script.Path, StringComparison.Ordinal))
            throw new MatrixFault($"the provider was called at {string.Join(", ", server.Paths)}, not at {script.Path}");
        var body = string.Concat(server.Bodies);
        foreach (var mark in kind.Marks)
            if (!body.Contains(mark, StringComparison.Ordinal))
                throw new MatrixFault($"'{mark}' was lost in silence; the provider got {body}");
    }

    void ShouldSay(byte[] bytes, KindScript? script)
    {
        var heard = kind.Hear(bytes);
        if (kind.Says is { } says)
            Same(heard, says, "answer");
        else if (script is not null)
            Same(heard, kind.Hear(script.Answer.Bytes), "answer");
        else if (heard.Length == 0)
            throw new MatrixFault("the answer is empty");
        if (script?.Answer.ContentType.StartsWith("audio/", StringComparison.Ordinal) == true)
            Same(Convert.ToBase64String(bytes), Convert.ToBase64String(script.Answer.Bytes), "audio");
    }

    BilledUnit ShouldBeBilled(JsonNode record, KindScript? script)
    {
        Same(record.Text("outcome"), "completed", "outcome");
        var (unit, amount) =
            script is not null ? (script.Unit, script.Amount)
            : kind.Counts ? (BilledUnit.Nothing, null)
            : kind.Simulated;
        if (unit == BilledUnit.Nothing)
        {
            Same(record.Number("cost_nano_usd"), 0L, "cost");
            return unit;
        }
        var used = record["usage"]![unit.Member]?.GetValue<long>() ?? 0;
        if (script is not null)
            Same(record.Text("usage", "source"), script.IsReported ? "reported" : "estimated", "source of the usage");
        if (amount is { } wanted)
            Same(used, wanted, $"{unit.Title} of the record");
        else if (used <= 0)
            throw new MatrixFault($"the record has no {unit.Title}: {record["usage"]!.ToJsonString()}");
        Same(record.Number("cost_nano_usd"), used * unit.NanoUsd, "cost");
        // Tokens are the provider's, by a tokeniser that may not be known here.
        if (unit != BilledUnit.Tokens && record.Number("held_nano_usd") < record.Number("cost_nano_usd"))
            throw new MatrixFault($"less was held than it cost: {record.ToJsonString()}");
        return unit;
    }

    /// <summary>A provider's refusal comes in its words, its limit as a limit; both are recorded and cost nothing.</summary>
    async Task ShouldFailAsFailureAsync(KindScript? script)
    {
        if (script is null && !IsSim)
            return;
        // A failure may bench what it calls.
        var model = await DeployAsync(IsSim ? "fail-400" : UpstreamModel);
        foreach (var status in IsSim ? new[] { 400 } : [400, 429])
        {
            // Where tokens are counted here, nobody is asked who could fail.
            if (kind.Counts && IsSim)
                return;
            if (!IsSim)
                server.Next(family.Protocol!.Error(status, Features.ProvidersWords));
            var (got, bytes, response) = await AskAsync(model);
            using var _ = response;
            Same(got, status, "status of the provider's failure");
            var words = WordsOf(bytes);
            if (status == 400 && !IsSim && !words.Contains(Features.ProvidersWords, StringComparison.Ordinal))
                throw new MatrixFault($"the provider's words are lost: {words}");
            var record = await run.Node.RecordOfAsync(response);
            Same(record.Text("outcome"), "failed", "outcome of a failure");
            Same(record.Number("cost_nano_usd"), 0L, "cost of a failure");
        }
    }

    static void Same<T>(T got, T wanted, string what)
    {
        if (!Equals(got, wanted))
            throw new MatrixFault($"{what}: got '{got}', wanted '{wanted}'");
    }
}
