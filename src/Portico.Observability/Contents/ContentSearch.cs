using System.Text;
using System.Text.Json;

namespace Portico.Observability.Contents;

/// <summary>A call in whose prompt or answer a text was found, with what stands around it.</summary>
sealed record ContentHit(CallRecord Call, string Where, string Excerpt);

/// <summary>
/// What one search found; <paramref name="Next"/> goes on with what is older, null when there is nothing older. <paramref name="Unopened"/>: of the calls that
/// were looked at, those whose contents do not open. <paramref name="Hidden"/>: those that no live reveal of the reader covers, which were not opened.
/// </summary>
sealed record ContentHits(
    IReadOnlyList<ContentHit> Items,
    int LookedAt,
    int Unopened,
    int Hidden,
    DateTimeOffset? LookedBackTo,
    string? Next
);

/// <summary>
/// Finds a text in what calls said. Contents lie sealed, so there is no index to ask: boxes are opened one after another, newest first, and one search ends at a
/// bound of calls, bytes and time and says how far it came. Nothing of what was opened stays anywhere.
/// </summary>
sealed class ContentSearch(ContentStore store, ICallStore calls, TimeProvider time)
{
    /// <summary>Calls of one search.</summary>
    public const int MaxLooked = 500;

    const int BatchSize = 25;
    const long MaxCharacters = 32 << 20;
    const int ExcerptSide = 60;

    static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <param name="text">What is looked for, whatever its case.</param>
    /// <param name="filter">What the calls must fit beside.</param>
    /// <param name="page">The most hits, and the call to go on after.</param>
    /// <param name="look">What the reader may read.</param>
    /// <param name="ct">The caller.</param>
    public async Task<ContentHits> FindAsync(string text, CallFilter filter, PageRequest page, ContentLook look, CancellationToken ct)
    {
        var begun = time.GetTimestamp();
        var hits = new List<ContentHit>();
        var (looked, unopened, hidden, characters, after, last) = (0, 0, 0, 0L, page.After, (CallId?)null);
        while (looked < MaxLooked && characters < MaxCharacters && time.GetElapsedTime(begun) < Longest)
        {
            var batch = await BatchAsync(filter, after, look, ct);
            if (batch.Count == 0)
                return new ContentHits(hits, looked, unopened, hidden, last?.CreatedAt, null);
            foreach (var (id, isKept, contents, isHidden) in batch)
            {
                (last, after) = (id, id.ToString());
                if (!isKept)
                    continue;
                looked++;
                if (contents is null)
                {
                    (hidden, unopened) = isHidden ? (hidden + 1, unopened) : (hidden, unopened + 1);
                    continue;
                }
                characters += contents.Prompt.Length + contents.Answer.Length;
                if (await MatchAsync(id, contents, text, filter, ct) is { } hit)
                    hits.Add(hit);
                if (hits.Count == page.Limit)
                    return new ContentHits(hits, looked, unopened, hidden, id.CreatedAt, PageRequest.Encode(after));
            }
        }
        return new ContentHits(hits, looked, unopened, hidden, last?.CreatedAt, after is null ? null : PageRequest.Encode(after));
    }

    /// <summary>
    /// Everything that is kept or, for who may not see all calls, the calls that they may see and whether something is kept of each: of others nothing is opened,
    /// counted or dated.
    /// </summary>
    async Task<IReadOnlyList<(CallId Id, bool IsKept, StoredContents? Contents, bool IsHidden)>> BatchAsync(
        CallFilter filter,
        string? after,
        ContentLook look,
        CancellationToken ct
    )
    {
        if (filter.Within.IsEverywhere)
            return (await store.ReadAsync(filter.FromUs, filter.ToUs, after, BatchSize, look, ct))
                .Select(c => (c.Id, true, c.Contents, c.Hidden))
                .ToList();
        var seen = (await calls.ListAsync(filter, new PageRequest(BatchSize, after), ct)).Take(BatchSize).Select(c => c.Id).ToList();
        var kept = (await store.ReadAsync(seen, look, ct)).ToDictionary(c => c.Id);
        return seen.Select(id =>
                kept.TryGetValue(id, out var found) ? (id, true, found.Contents, found.Hidden) : (id, false, (StoredContents?)null, false)
            )
            .ToList();
    }

    async Task<ContentHit?> MatchAsync(CallId id, StoredContents contents, string text, CallFilter filter, CancellationToken ct)
    {
        var (where, excerpt) = ("prompt", ExcerptIn(contents.Prompt, text));
        if (excerpt is null)
            (where, excerpt) = ("answer", ExcerptIn(contents.Answer, text));
        if (excerpt is null)
            return null;
        // A call whose month is gone is not listed any more either.
        return await calls.FindAsync(id, filter.Within, ct) is { } call && filter.Fits(call) ? new ContentHit(call, where, excerpt) : null;
    }

    /// <summary>
    /// What stands around a text in what was said: in the values of JSON, where a line break or a letter may be written as an escape, or in a text that was cut
    /// and is no JSON any more.
    /// </summary>
    internal static string? ExcerptIn(string said, string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(said));
        try
        {
            while (reader.Read())
                if (reader.TokenType == JsonTokenType.String && Around(reader.GetString()!, text) is { } found)
                    return found;
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Around(said, text);
        }
    }

    static string? Around(string said, string text)
    {
        var at = said.IndexOf(text, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return null;
        var from = Math.Max(0, at - ExcerptSide);
        var to = Math.Min(said.Length, at + text.Length + ExcerptSide);
        // Not between the halves of one character.
        if (from > 0 && char.IsLowSurrogate(said[from]))
            from--;
        if (to < said.Length && char.IsLowSurrogate(said[to]))
            to++;
        return (from > 0 ? "…" : "") + said[from..to] + (to < said.Length ? "…" : "");
    }
}
