using Portico.Models.Approval;

namespace Portico.Models.Prices;

/// <summary>
/// A part of a price that table and book give differently: decimal USD per million tokens, and for a part <c>unit.…</c> of a search, a million characters, a
/// minute of audio, an image. Percent: how much more the table says; null above zero.
/// </summary>
sealed record PriceDifference(string Model, ModelId ModelId, string Part, string? BookUsd, string TableUsd, decimal? Percent);

/// <summary>
/// What a table says beside the book. Rows: read. PassedOver: rows of models that are not in the hub. Same: models whose price agrees. New: models that have no
/// price yet. NotHeld: prices that the table has of models of the hub and that the price book has no place for, by model and name.
/// </summary>
sealed record PriceComparison(
    string Format,
    int Rows,
    int PassedOver,
    int Same,
    IReadOnlyList<string> New,
    IReadOnlyList<PriceDifference> Differences,
    IReadOnlyList<string> NotHeld,
    bool Applied
);

/// <summary>Compares a public table with the price book, and enters it whole or not at all.</summary>
sealed class PriceImport(ModelsCatalog catalog, HubService hub, TimeProvider time)
{
    const int MaxShown = 100;

    sealed record Match(Model Model, TableRow Row, Price? Book);

    /// <exception cref="PorticoException">The format is unknown, the text is no table, or rows are bad: then none is taken, and all are named.</exception>
    public async Task<PriceComparison> RunAsync(string format, string text, string? source, bool apply, CancellationToken ct)
    {
        if (!PublicTable.Formats.Contains(format, StringComparer.Ordinal))
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"format must be one of {string.Join(", ", PublicTable.Formats)}.",
                "format"
            );
        var table = PublicTable.Parse(format, text);
        if (table.Bad.Count > 0)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"{table.Bad.Count} rows cannot be taken, so none is: {string.Join("; ", table.Bad.Take(MaxShown))}{(table.Bad.Count > MaxShown ? "; …" : "")}",
                "text"
            )
            {
                Details = new Dictionary<string, object>(StringComparer.Ordinal) { ["problems"] = table.Bad.ToArray() },
            };
        var found = Matches(table).ToList();
        var matches = found.FindAll(m => !m.Row.IsEmpty);
        var differences = matches.ToDictionary(m => m, m => Compare(m).ToList());
        var changed = matches.Where(m => m.Book is null || differences[m].Count > 0).ToList();
        if (apply && changed.Count > 0)
            await hub.AddAsync([], [], [], changed.Select(m => RowOf(m, format, source)).ToList(), Array.Empty<ModelDecision>(), ct);
        return new PriceComparison(
            format,
            table.Rows.Count,
            table.Rows.Count - matches.Count,
            matches.Count - changed.Count,
            changed.Where(m => m.Book is null).Select(m => m.Model.Name).ToList(),
            changed.Where(m => m.Book is not null).SelectMany(m => differences[m]).ToList(),
            found.SelectMany(m => m.Row.NotHeld.Select(n => $"{m.Model.Name}: {n}")).ToList(),
            apply
        );
    }

    /// <summary>A row is a model's when it has the model's name, else the name that a deployment has at its provider.</summary>
    IEnumerable<Match> Matches(TableReading table)
    {
        var now = time.GetUtcNow();
        var snapshot = catalog.Current;
        var rows = table.Rows.GroupBy(r => r.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        foreach (var model in snapshot.Models)
        {
            var names = snapshot.DeploymentsOf(model.Id).Select(d => d.Deployment.UpstreamModel).Prepend(model.Name);
            if (names.Select(n => rows.GetValueOrDefault(n)).FirstOrDefault(r => r is not null) is { } row)
                yield return new Match(model, row, snapshot.PriceOf(model.Id, now));
        }
    }

    static IEnumerable<PriceDifference> Compare(Match match)
    {
        if (match.Book is not { } book)
            yield break;
        foreach (var (part, read) in Parts)
            if (read(match.Row.Rates) is { } rate && read(book.Rates) != rate)
                yield return Difference(match.Model, part, read(book.Rates), rate);
        foreach (var difference in TableRows.Differences(book.Units, match.Row.Units))
            yield return Difference(match.Model, difference.Part, difference.Book, difference.Table);
        if (match.Row.Units?.ImageDefault is { } usual && usual != book.Units?.ImageDefault)
            yield return new PriceDifference(match.Model.Name, match.Model.Id, "unit.image_default", book.Units?.ImageDefault, usual, null);
        foreach (var difference in CompareClasses(match, book))
            yield return difference;
        if (match.Row.TierRates is not { } tier)
            yield break;
        if (book.TierAboveInputTokens != match.Row.TierAboveInputTokens)
            yield return new PriceDifference(
                match.Model.Name,
                match.Model.Id,
                "tier_above_input_tokens",
                book.TierAboveInputTokens?.ToString(System.Globalization.CultureInfo.InvariantCulture),
                match.Row.TierAboveInputTokens!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
                null
            );
        foreach (var (part, read) in Parts)
            if (read(tier) is { } rate && (book.TierRates is null ? null : read(book.TierRates)) is var known && known != rate)
                yield return Difference(match.Model, "tier." + part, known, rate);
    }

    static IEnumerable<PriceDifference> CompareClasses(Match match, Price book)
    {
        foreach (var priceClass in PriceImportClasses.All)
        {
            if (match.Row.Classes?.Of(priceClass) is not { } said)
                continue;
            var known = book.Classes?.Of(priceClass);
            var name = priceClass.ToString().ToLowerInvariant();
            foreach (var (part, read) in Parts)
                if (read(said.Rates) is { } rate && (known is null ? null : read(known.Rates)) is var now && now != rate)
                    yield return Difference(match.Model, $"{name}.{part}", now, rate);
            if (said.TierRates is not { } tier)
                continue;
            foreach (var (part, read) in Parts)
                if (read(tier) is { } rate && (known?.TierRates is { } old ? read(old) : null) is var now && now != rate)
                    yield return Difference(match.Model, $"{name}.tier.{part}", now, rate);
        }
    }

    static PriceDifference Difference(Model model, string part, long? book, long table) =>
        new(
            model.Name,
            model.Id,
            part,
            book is { } known ? NanoUsd.Format(known) : null,
            NanoUsd.Format(table),
            book is > 0 ? decimal.Round((table - (decimal)book.Value) / book.Value * 100, 2) : null
        );

    static readonly (string Name, Func<TokenRates, long?> Read)[] Parts =
    [
        ("input", r => r.Input),
        ("cache_read", r => r.CacheRead),
        ("cache_write", r => r.CacheWrite),
        ("cache_write_long", r => r.CacheWriteLong),
        ("output", r => r.Output),
        ("reasoning", r => r.Reasoning),
        ("audio_input", r => r.AudioInput),
        ("audio_output", r => r.AudioOutput),
        ("image_input", r => r.ImageInput),
        ("image_output", r => r.ImageOutput),
    ];

    /// <summary>The next version: what the table says, and the book's own where the table is silent.</summary>
    PriceRow RowOf(Match match, string format, string? source)
    {
        var now = time.GetUtcNow();
        var book = match.Book;
        return new PriceRow(
            match.Model.Id,
            new Price
            {
                Id = PriceId.New(time),
                Version = 0,
                Rates = Over(match.Row.Rates, book?.Rates),
                TierAboveInputTokens = match.Row.TierRates is null ? book?.TierAboveInputTokens : match.Row.TierAboveInputTokens,
                TierRates = match.Row.TierRates is { } tier ? Over(tier, book?.TierRates) : book?.TierRates,
                Units = TableRows.Over(match.Row.Units, book?.Units),
                Classes = PriceImportClasses.Over(match.Row.Classes, book?.Classes, Over),
                PerRequestNanoUsd = book?.PerRequestNanoUsd ?? 0,
                Source = $"table of {format}{(source is null ? "" : $", {source}")}, imported {now:yyyy-MM-dd}",
            },
            now,
            null
        );
    }

    static TokenRates Over(TokenRates table, TokenRates? book) =>
        new()
        {
            Input = table.Input ?? book?.Input,
            CacheRead = table.CacheRead ?? book?.CacheRead,
            CacheWrite = table.CacheWrite ?? book?.CacheWrite,
            CacheWriteLong = table.CacheWriteLong ?? book?.CacheWriteLong,
            Output = table.Output ?? book?.Output,
            Reasoning = table.Reasoning ?? book?.Reasoning,
            AudioInput = table.AudioInput ?? book?.AudioInput,
            AudioOutput = table.AudioOutput ?? book?.AudioOutput,
            ImageInput = table.ImageInput ?? book?.ImageInput,
            ImageOutput = table.ImageOutput ?? book?.ImageOutput,
        };
}
