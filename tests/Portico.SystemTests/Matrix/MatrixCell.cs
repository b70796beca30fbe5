using System.Text;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Matrix;

/// <summary>One cell: a feature asked for on a wire of a model of a family, plain and streamed where both are.</summary>
/// <param name="run">The node, and its clients.</param>
/// <param name="family">Whose model.</param>
/// <param name="server">Where it is.</param>
/// <param name="deployed">Names by which models of the server are called already.</param>
/// <param name="wire">Of the caller.</param>
/// <param name="feature">What is asked for.</param>
sealed partial class MatrixCell(
    MatrixRun run,
    MatrixFamily family,
    MatrixServer server,
    Dictionary<(string Model, bool Embeds), string> deployed,
    MatrixWire wire,
    Feature feature
)
{
    bool IsSim => family.Protocol is null;

    public async Task<Cell> RunAsync()
    {
        if (
            family.Protocol?.Has(feature) == false
            || (family.EmbedsOnly && !wire.Embeds)
            || (IsSim && feature is (Feature.Reasoning or Feature.Refusal or Feature.UnknownField))
        )
            return new Cell(CellKind.None);
        // A failure may bench what it calls: those cells have deployments of their own.
        var model =
            feature is Feature.Error or Feature.MidStreamFailure ? await DeployAsync()
            : deployed.TryGetValue((UpstreamModel(), wire.Embeds), out var known) ? known
            : deployed[(UpstreamModel(), wire.Embeds)] = await DeployAsync();
        var answers = new List<Cell>();
        foreach (var stream in Modes())
            if (feature == Feature.Error)
                answers.Add(await FailAsync(model));
            else if (feature == Feature.MidStreamFailure)
                answers.Add(await BreakAsync(model));
            else
                answers.Add(await AnswerAsync(model, stream));
        if (answers.Exists(a => a.Kind == CellKind.Refused) && answers.Distinct().Count() > 1)
            throw new MatrixFault($"plain and streamed it is not the same: {string.Join(" / ", answers)}");
        // A field may be left out of one of the two alone.
        return answers.MaxBy(a => a.Kind)!;
    }

    IEnumerable<bool> Modes() =>
        !wire.Streams || feature is Feature.Plain or Feature.Error ? [false]
        : feature is Feature.Stream or Feature.MidStreamFailure ? [true]
        : [false, true];

    Task<string> DeployAsync() => run.DeployAsync(family, server, wire.Embeds, UpstreamModel(), ByToken);

    static JsonObject ByToken =>
        new()
        {
            ["usd_per_mtok"] = new JsonObject { ["input"] = "1", ["output"] = "2" },
        };

    string UpstreamModel() =>
        wire.Embeds && !(IsSim && feature == Feature.Error) ? family.EmbeddingModel ?? family.Model
        : !IsSim ? family.Model
        : feature switch
        {
            Feature.Tools or Feature.ParallelTools => "tool-call",
            Feature.JsonSchema => "json",
            Feature.Error => "fail-400",
            Feature.MidStreamFailure => "error-after-2",
            _ => family.Model,
        };

    async Task<(int Status, string Text, HttpResponseMessage Response)> AskAsync(string model, Feature asked, bool stream)
    {
        var body = wire.Ask(asked);
        body["model"] = model;
        if (stream)
        {
            body["stream"] = true;
            if (asked == Feature.Usage && wire.Name is ("openai-chat" or "openai-completions"))
                body["stream_options"] = new JsonObject { ["include_usage"] = true };
        }
        using var request = new HttpRequestMessage(HttpMethod.Post, wire.Path)
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        var response = await (wire.IsAnthropics ? run.AsAnthropic : run.Node.Door).SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    /// <summary>On one wire alone: the others lead to the same provider by the same form.</summary>
    void Keep(string more, int status, string text)
    {
        if (!IsSim && wire is ChatWire)
            run.ScenesOf(family).Add(Features.Title(feature) + more, server, status, text);
    }

    // ── Good answers ──

    async Task<Cell> AnswerAsync(string model, bool stream)
    {
        var said = Features.Answer(feature);
        if (!IsSim)
            server.Next(
                wire.Embeds && family.EmbeddingModel is null ? Scripted.Json("{}", 500)
                : wire.Embeds ? family.Protocol!.Embeddings(2)
                : wire.Counts ? family.Protocol!.Count()
                : stream ? family.Protocol!.Stream(said)
                : family.Protocol!.Whole(said)
            );
        var (status, text, response) = await AskAsync(model, feature, stream);
        using var _ = response;
        Keep(stream && feature != Feature.Stream ? ", streamed" : "", status, text);
        if (status != 200)
            return Refused(status, text);
        var dropped = response.Header("x-portico-dropped-fields") ?? "";
        if (!IsSim && !wire.Counts && dropped.Length == 0)
            await ShouldHaveReachedAsync(model, stream);
        Compare(Hear(text, stream), IsSim || wire.Counts ? said : family.Protocol!.Told(said));
        return dropped.Length > 0 ? new Cell(CellKind.Dropped, dropped) : new Cell(CellKind.Works);
    }

    Cell Refused(int status, string text)
    {
        var words = wire.ErrorOf(JsonNode.Parse(text)!);
        Calls.ShouldTellNothingOfTheInside(text);
        if (
            status is not (400 or 404 or 422)
            || words.Length < 20
            || !words.EndsWith('.')
            || !words.Contains(' ', StringComparison.Ordinal)
        )
            throw new MatrixFault($"it is refused with {status} and no sentence: {text}");
        return server.Bodies.Count == 0
            ? new Cell(CellKind.Refused, words)
            : throw new MatrixFault($"it is refused after the provider was called: {text}");
    }

    async Task ShouldHaveReachedAsync(string model, bool stream)
    {
        var body = string.Concat(server.Bodies);
        foreach (var mark in Features.Marks(feature))
            if (!body.Contains(mark, StringComparison.Ordinal))
                throw new MatrixFault($"'{mark}' was lost in silence; the provider got {body}");
        // What has no mark makes another body than a call without it.
        if (feature is not (Feature.Reasoning or Feature.Dimensions))
            return;
        var script = server.Script;
        server.Next(script);
        var (_, _, response) = await AskAsync(model, Feature.Plain, stream);
        response.Dispose();
        if (string.Concat(server.Bodies) == body)
            throw new MatrixFault($"it was lost in silence; the provider got {body}");
    }

    Heard Hear(string text, bool stream)
    {
        if (!stream)
            return wire.HearWhole(JsonNode.Parse(text)!);
        var data = text.Split('\n').Where(l => l.StartsWith("data: ", StringComparison.Ordinal)).Select(l => l[6..]).ToList();
        return wire.HearStream(data.Where(d => d != "[DONE]").Select(d => JsonNode.Parse(d)!).ToList(), data[^1] == "[DONE]");
    }

    void Compare(Heard heard, Said said)
    {
        void Same(object? got, object? wanted, string what)
        {
            if (!Equals(got, wanted))
                throw new MatrixFault($"{what}: heard '{got}', said was '{wanted}'");
        }

        Same(heard.Failure, null, "failure");
        Same(heard.Ended, true, "a good end");
        if (wire.Counts)
        {
            if (heard.Usage!.Input <= 0 || (family.CountsItself && heard.Usage.Input != 42))
                throw new MatrixFault($"counted {heard.Usage.Input}");
            return;
        }
        if (wire.Embeds)
        {
            Same(heard.Vectors!.Value.Count, 2, "vectors");
            if (!IsSim)
                Same(heard.Vectors!.Value.Length, 2, "numbers of a vector");
            else if (feature == Feature.Dimensions)
                Same(heard.Vectors!.Value.Length, 256, "numbers of a vector");
            if (!IsSim)
                Same(heard.Usage!.Input, 6L, "tokens");
            return;
        }
        if (IsSim)
        {
            CompareSimulated(heard);
            return;
        }
        Same(heard.Text, said.Text, "text");
        if (feature == Feature.Reasoning)
            Same(heard.Thinking, said.Thinking, "thinking");
        if (wire.MarksRefusals)
            Same(heard.Refuses, said.Refuses, "refusal");
        Same(string.Join(';', heard.Calls.Select(Form)), string.Join(';', said.Calls.Select(Form)), "calls of tools");
        if (heard.Calls.Any(c => c.Id.Length == 0) || heard.Calls.DistinctBy(c => c.Id).Count() != heard.Calls.Count)
            throw new MatrixFault("calls of tools have no ids of their own");
        if (feature == Feature.Usage)
            Same(heard.Usage, said.Usage, "usage");
    }

    static string Form(SaidCall call) => $"{call.Name} {JsonNode.Parse(call.Arguments)!.ToJsonString()}";

    /// <summary>The simulated provider says what it likes: there must be something of the kind.</summary>
    void CompareSimulated(Heard heard)
    {
        var calls = feature switch
        {
            Feature.Tools => 1,
            Feature.ParallelTools => 2,
            _ => 0,
        };
        if (
            heard.Calls.Count != calls
            || (calls == 0 && heard.Text.Length == 0)
            || (feature == Feature.Usage && heard.Usage is not { Input: > 0, Output: > 0 })
        )
            throw new MatrixFault($"heard {heard}");
        if (feature == Feature.JsonSchema && JsonNode.Parse(heard.Text)!["population"] is null)
            throw new MatrixFault($"heard {heard.Text}");
    }
}
