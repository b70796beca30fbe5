using System.Buffers;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.OpenAi;

/// <summary>
/// Rerank of Text Embeddings Inference, which has words of its own for it
/// (https://huggingface.co/docs/text-embeddings-inference/quick_tour#re-rankers, https://huggingface.github.io/text-embeddings-inference/): scores of pairs, so that a long
/// list is asked for in pieces and put in order here. It tells no usage.
/// </summary>
sealed class TeiRerank(UpstreamHttp http, OpenAiProvider provider)
{
    /// <summary>Texts of one request, as a server takes them unless it is told otherwise (its --max-client-batch-size).</summary>
    const int MaxBatch = 32;

    /// <summary>Requests of one call that are under way together.</summary>
    const int Together = 4;

    /// <summary>Beside the addresses in OpenAI's form, not under them.</summary>
    const string Path = "../rerank";

    /// <exception cref="UpstreamException">The attempt failed.</exception>
    public async Task<ProviderReply> AskAsync(SingleCall call, CancellationToken ct)
    {
        var asked = (RerankRequest)call.Request;
        var left = RerankAnswer.LeftOut(call.Body, takesCut: false);
        Refusals.Losses(call.RefusesLosses, left);
        var ranks = new List<Rank>(asked.Documents.Count);
        foreach (var group in asked.Documents.Chunk(MaxBatch).Index().Chunk(Together))
        foreach (var one in await Task.WhenAll(group.Select(b => RankAsync(call, b.Index * MaxBatch, b.Item, ct))))
            ranks.AddRange(one);
        var ordered = ranks.OrderByDescending(r => r.Score).ThenBy(r => r.Document).Take(asked.TopN ?? int.MaxValue).ToList();
        return new ProviderReply(RerankAnswer.Of(ordered, asked, null, null)) { DroppedFields = left };
    }

    async Task<List<Rank>> RankAsync(SingleCall call, int first, IReadOnlyList<string> texts, CancellationToken ct)
    {
        using var request = provider.Post(call.Connection, Path, Write(((RerankRequest)call.Request).Query, texts));
        using var deadline = new UpstreamDeadline(http.Time, call.Connection.Timeouts.Overall, ct);
        using var response = await provider.SendAsync(request, call.Connection, deadline, ct);
        var body = await OpenAiAnswerBody.ReadAsync(response, call.Connection, deadline, ct);
        try
        {
            using var document = JsonDocument.Parse(body);
            var ranks = new List<Rank>(texts.Count);
            var seen = new bool[texts.Count];
            foreach (var rank in document.RootElement.EnumerateArray())
            {
                var index = rank.GetProperty("index"u8).GetInt32();
                if (index < 0 || index >= texts.Count || seen[index])
                    throw new FormatException("A score is of a text that was not sent, or the second of one.");
                seen[index] = true;
                ranks.Add(new Rank(first + index, rank.GetProperty("score"u8).GetDouble()));
            }
            return ranks.Count == texts.Count ? ranks : throw new FormatException("Not every text has its score.");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamMalformed,
                Fault.Upstream,
                "The provider's answer does not rank texts as Text Embeddings Inference does.",
                e
            );
        }
    }

    /// <summary>Long texts are cut, as Cohere, whose request this was, cuts them.</summary>
    static ReadOnlyMemory<byte> Write(string query, IReadOnlyList<string> texts)
    {
        var target = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(target);
        json.WriteStartObject();
        json.WriteString("query"u8, query);
        json.WriteStartArray("texts"u8);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
        json.WriteBoolean("truncate"u8, true);
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }
}
