using System.Text;

namespace Portico.Observability.Contents;

/// <summary>What a call said, opened. Cut: not all of it was kept.</summary>
public sealed record SaidInCall(string Prompt, bool PromptIsCut, string Answer, bool AnswerIsCut);

/// <summary>
/// Opens what was said for the server's own judging. No text of it leaves for anybody: whoever shows words to people goes by a reveal. Who reads by this keeps in the audit log that it
/// did.
/// </summary>
public sealed class ContentReader
{
    /// <summary>Calls that are opened together, so that what is in memory is bounded.</summary>
    public const int MaxCalls = 25;

    readonly ContentStore store;
    readonly ContentKeeper keeper;

    internal ContentReader(ContentStore store, ContentKeeper keeper) => (this.store, this.keeper) = (store, keeper);

    /// <summary>Brings what waits to the store, so that calls of just now are found.</summary>
    public Task FlushAsync(CancellationToken ct) => keeper.FlushAsync(ct);

    /// <summary>Calls of which something is kept; null where the box does not open.</summary>
    public async Task<IReadOnlyDictionary<CallId, SaidInCall?>> ReadAsync(IReadOnlyList<CallId> ids, CancellationToken ct)
    {
        if (ids.Count > MaxCalls)
            throw new ArgumentException($"At most {MaxCalls} calls are opened together.", nameof(ids));
        return (await store.OpenedAsync(ids, ct)).ToDictionary(
            c => c.Id,
            c =>
                c.Contents is { } said
                    ? new SaidInCall(said.Prompt, IsCut(said.Prompt, said.PromptBytes), said.Answer, IsCut(said.Answer, said.AnswerBytes))
                    : null
        );
    }

    static bool IsCut(string text, long bytes) => Encoding.UTF8.GetByteCount(text) < bytes;
}
