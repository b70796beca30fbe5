namespace Portico.Models.Cards;

/// <summary>
/// What is known of a model beside how to call it. Unknown facts are null or empty: a rule that needs one says what it does then. The context window and
/// the bound of output stand on <see cref="Model"/>, where calls obey them. The serializer gives null for a list that is left out: that is an empty one.
/// </summary>
sealed record ModelCard
{
    public CardSource? Source { get; init; }
    public CardLicence? Licence { get; init; }
    public DataTerms? Terms { get; init; }

    /// <summary>What goes in and what comes out, of <see cref="CardCheck.Modalities"/>.</summary>
    public IReadOnlyList<string> Inputs
    {
        get;
        init => field = value ?? [];
    } = [];
    public IReadOnlyList<string> Outputs
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>tools, structured_output, reasoning, prompt_caching …: lower-case words with underscores.</summary>
    public IReadOnlyList<string> Capabilities
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Codes such as en, de, zh-Hans (BCP 47).</summary>
    public IReadOnlyList<string> Languages
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Hugging Face's word for what it does: text-generation, feature-extraction …</summary>
    public string? Task { get; init; }

    /// <summary>The library that runs the weights: transformers, peft …</summary>
    public string? Library { get; init; }
    public CardLineage? Lineage { get; init; }
    public IReadOnlyList<string> IntendedUse
    {
        get;
        init => field = value ?? [];
    } = [];
    public IReadOnlyList<string> Limits
    {
        get;
        init => field = value ?? [];
    } = [];
    public IReadOnlyList<CardEvaluation> Evaluations
    {
        get;
        init => field = value ?? [];
    } = [];
    public CardRetirement? Retirement { get; init; }
}

/// <summary>Where the model comes from: who makes it, and the page that says so.</summary>
sealed record CardSource(string? Name = null, string? Url = null);

/// <param name="Id">SPDX id (https://spdx.org/licenses/), null for a licence of its own.</param>
/// <param name="Name">The name of a licence that SPDX does not list.</param>
/// <param name="Url">Its text.</param>
/// <param name="CommercialUse">Whether it allows commercial use; null = not known.</param>
sealed record CardLicence(string? Id = null, string? Name = null, string? Url = null, bool? CommercialUse = null);

/// <summary>How the provider that serves the model uses what is sent to it.</summary>
/// <param name="TrainsOnData">Whether it trains on it; null = not known.</param>
/// <param name="RetentionDays">The longest that it keeps it by default, 0 = not at all; null = not known.</param>
/// <param name="Regions">Where it is processed, as eu, us, ch …; null = not known.</param>
/// <param name="Source">The page that says so.</param>
sealed record DataTerms(bool? TrainsOnData = null, int? RetentionDays = null, IReadOnlyList<string>? Regions = null, string? Source = null);

/// <param name="BaseModels">What it was made from.</param>
/// <param name="Relation">How: finetune, adapter, quantized, merge.</param>
/// <param name="DataSets">What it was trained on.</param>
sealed record CardLineage(IReadOnlyList<string>? BaseModels = null, string? Relation = null, IReadOnlyList<string>? DataSets = null);

/// <param name="Name">The data set or benchmark.</param>
/// <param name="Metric">accuracy, pass@1, wer …</param>
/// <param name="Value">As it was published, so that no digit is lost or made up.</param>
/// <param name="Source">Who measured it.</param>
sealed record CardEvaluation(string Name, string Metric, string Value, string? Source = null);

/// <param name="Date">The day from which the provider no longer serves it.</param>
/// <param name="Source">The page that announces it.</param>
/// <param name="Replacement">What the provider suggests instead.</param>
sealed record CardRetirement(DateOnly Date, string? Source = null, string? Replacement = null);
