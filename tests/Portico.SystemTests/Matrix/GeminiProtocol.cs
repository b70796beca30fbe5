namespace Portico.SystemTests.Matrix;

/// <summary>https://ai.google.dev/api/generate-content; https://ai.google.dev/api/embeddings.</summary>
sealed class GeminiProtocol(bool onVertex) : Protocol
{
    /// <summary>An answer that is blocked has no text: Portico says that it was withheld.</summary>
    public override Said Told(Said said) => said.Refuses ? said with { Text = "Google withheld the answer (SAFETY)." } : said;

    static string Usage(SaidUsage u) =>
        $$"""{"promptTokenCount":{{u.Input}},"cachedContentTokenCount":{{u.Cached}},"candidatesTokenCount":{{u.Output - u.Reasoning}},"thoughtsTokenCount":{{u.Reasoning}},"totalTokenCount":{{u.Input + u.Output}}}""";

    static string Candidate(IEnumerable<string> parts, string? finish, SaidUsage? usage) =>
        $$"""{"candidates":[{"content":{"role":"model","parts":[{{string.Join(',', parts)}}]},"index":0"""
        + (finish is null ? "" : $",\"finishReason\":\"{finish}\"")
        + "}]"
        + (usage is null ? "" : $",\"usageMetadata\":{Usage(usage)}")
        + ""","modelVersion":"gemini-up","responseId":"r1"}""";

    static IEnumerable<string> Parts(Said said, bool inPieces)
    {
        foreach (var piece in inPieces ? Pieces(said.Thinking) : [said.Thinking])
            if (piece.Length > 0)
                yield return $$"""{"text":{{Quoted(piece)}},"thought":true}""";
        foreach (var piece in inPieces ? Pieces(said.Text) : [said.Text])
            if (piece.Length > 0 && !said.Refuses)
                yield return $$"""{"text":{{Quoted(piece)}}}""";
        foreach (var call in said.Calls)
            yield return $$$"""{"functionCall":{"name":"{{{call.Name}}}","args":{{{call.Arguments}}}}}""";
    }

    static string Finish(Said said) => said.Refuses ? "SAFETY" : "STOP";

    public override Scripted Whole(Said said) => Scripted.Json(Candidate(Parts(said, inPieces: false), Finish(said), said.Usage));

    static string Event(string json) => $"data: {json}\r\n\r\n";

    static IEnumerable<string> Begin(Said said) => Parts(said, inPieces: true).Select(p => Event(Candidate([p], null, null)));

    public override Scripted Stream(Said said) => Scripted.Sse([.. Begin(said), Event(Candidate([], Finish(said), said.Usage))]);

    public override Scripted Cut(string text) => Scripted.Sse(Begin(new Said { Text = text }));

    public override Scripted Broken(string text) =>
        Scripted.Sse([
            .. Begin(new Said { Text = text }),
            Event("""{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}"""),
        ]);

    public override Scripted Error(int status, string words) =>
        Scripted.Json(
            $$$"""{"error":{"code":{{{status}}},"message":{{{Quoted(words)}}},"status":"{{{(status == 429 ? "RESOURCE_EXHAUSTED" : "INVALID_ARGUMENT")}}}"}}""",
            status
        );

    public override Scripted Embeddings(int texts)
    {
        var many = Enumerable.Range(0, texts);
        return Scripted.Json(
            onVertex
                ? $$"""{"predictions":[{{string.Join(',', many.Select(_ => """{"embeddings":{"values":[0.5,-1],"statistics":{"token_count":3}}}"""))}}]}"""
                : $$$"""{"embeddings":[{{{string.Join(',', many.Select(_ => """{"values":[0.5,-1]}"""))}}}],"usageMetadata":{"promptTokenCount":6}}"""
        );
    }
}
