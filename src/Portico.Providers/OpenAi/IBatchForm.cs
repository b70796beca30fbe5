namespace Portico.Providers.OpenAi;

/// <summary>What differs between services whose batches are lines with bodies of OpenAI's form. Pure.</summary>
interface IBatchForm
{
    /// <summary>They take embeddings beside chat.</summary>
    bool Embeds { get; }

    /// <inheritdoc cref="IBatchProvider.KeptDays"/>
    int? KeptDays { get; }

    /// <summary>Where batches are.</summary>
    string Path { get; }

    /// <summary>Where files are put.</summary>
    string UploadPath { get; }

    /// <summary>Whether the lines go with the order, and are no file.</summary>
    bool IsInline(BatchOrder order);

    /// <summary>The lines as a file.</summary>
    HttpContent File(BatchOrder order);

    /// <param name="order">What.</param>
    /// <param name="file">The file of its lines; null where they go with the order.</param>
    HttpContent Order(BatchOrder order, string? file);

    /// <exception cref="Core.Chat.UpstreamException">It is no such object.</exception>
    ProviderBatch Batch(ReadOnlyMemory<byte> body, ProviderConnection connection);

    /// <param name="place">Where the page begins, null = at the newest.</param>
    string ListPath(string? place);

    /// <summary>A page of the list: the one that bears the mark and may still answer it, and where the next page begins; null behind the last.</summary>
    /// <param name="body">The page.</param>
    /// <param name="connection">Named in errors.</param>
    /// <param name="mark">Which one is wanted.</param>
    /// <param name="place">Where this page began.</param>
    /// <param name="next">Receives where the next page begins.</param>
    /// <exception cref="Core.Chat.UpstreamException">It is no such list.</exception>
    ProviderBatch? Find(ReadOnlyMemory<byte> body, ProviderConnection connection, BatchMark mark, string? place, out string? next);
}
