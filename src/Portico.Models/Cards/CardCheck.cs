using System.Text.RegularExpressions;

namespace Portico.Models.Cards;

/// <summary>A fact that cannot be taken: the field in the card's own terms, and what is wrong with it.</summary>
sealed record CardProblem(string Field, string Says)
{
    public override string ToString() => $"{Field}: {Says}";
}

/// <summary>What a card may say. Every problem is found, not only the first.</summary>
static partial class CardCheck
{
    public static readonly IReadOnlyList<string> Modalities = ["text", "image", "audio", "video", "file", "embedding"];
    public static readonly IReadOnlyList<string> Relations = ["finetune", "adapter", "quantized", "merge"];

    const int MaxItems = 100;
    const int MaxWord = 256;
    const int MaxText = 2_000;
    const int MaxRetentionDays = 36_500;

    /// <exception cref="PorticoException">There are problems; the message and its details name all of them.</exception>
    public static void Require(ModelCard card) => Require(Problems(card));

    /// <exception cref="PorticoException">There are problems.</exception>
    public static void Require(IReadOnlyList<CardProblem> problems)
    {
        if (problems.Count == 0)
            return;
        var texts = problems.Select(p => p.ToString()).ToArray();
        throw new PorticoException(
            ErrorTable.InvalidRequest,
            problems.Count == 1
                ? $"The card has a problem. {texts[0]}"
                : $"The card has {problems.Count} problems. {string.Join(" ", texts)}",
            problems[0].Field
        )
        {
            Details = new Dictionary<string, object>(StringComparer.Ordinal) { ["problems"] = texts },
        };
    }

    public static IReadOnlyList<CardProblem> Problems(ModelCard card)
    {
        var found = new Finder();
        found.Text("source.name", card.Source?.Name);
        found.Url("source.url", card.Source?.Url);
        Licence(found, card.Licence);
        Terms(found, card.Terms);
        found.List("inputs", card.Inputs, found.Modality);
        found.List("outputs", card.Outputs, found.Modality);
        found.List("capabilities", card.Capabilities, found.Word);
        found.List("languages", card.Languages, found.Language);
        found.Slug("task", card.Task);
        found.Slug("library", card.Library);
        found.List("lineage.base_models", card.Lineage?.BaseModels, found.Needed);
        found.OneOf("lineage.relation", card.Lineage?.Relation, Relations);
        found.List("lineage.data_sets", card.Lineage?.DataSets, found.Needed);
        found.List("intended_use", card.IntendedUse, found.Paragraph);
        found.List("limits", card.Limits, found.Paragraph);
        Evaluations(found, card.Evaluations);
        if (card.Retirement is { } end)
        {
            if (end.Date.Year is < 2000 or > 2200)
                found.Add("retirement.date", "must be a day such as 2027-01-14.");
            found.Url("retirement.source", end.Source);
            found.Text("retirement.replacement", end.Replacement);
        }
        return found.Problems;
    }

    public static bool IsRegion(string? text) => text is not null && RegionForm().IsMatch(text);

    static void Licence(Finder found, CardLicence? licence)
    {
        if (licence is null)
            return;
        if (licence.Id is { } id && !Spdx().IsMatch(id))
            found.Add("licence.id", "must be an SPDX id such as Apache-2.0; the name of any other licence goes into licence.name.");
        found.Text("licence.name", licence.Name);
        found.Url("licence.url", licence.Url);
        if (licence is { Id: null, Name: null })
            found.Add("licence.name", "a licence needs an SPDX id or a name.");
    }

    static void Terms(Finder found, DataTerms? terms)
    {
        if (terms is null)
            return;
        if (terms.RetentionDays is < 0 or > MaxRetentionDays)
            found.Add("terms.retention_days", $"must be from 0 to {MaxRetentionDays}.");
        found.List("terms.regions", terms.Regions, found.Region);
        found.Url("terms.source", terms.Source);
    }

    static void Evaluations(Finder found, IReadOnlyList<CardEvaluation> all)
    {
        if (!found.Bounded("evaluations", all))
            return;
        for (var i = 0; i < all.Count; i++)
        {
            if (all[i] is not { } one)
            {
                found.Add($"evaluations[{i}]", "must not be null.");
                continue;
            }
            found.Needed($"evaluations[{i}].name", one.Name);
            found.Needed($"evaluations[{i}].metric", one.Metric);
            found.Needed($"evaluations[{i}].value", one.Value);
            found.Url($"evaluations[{i}].source", one.Source);
        }
    }

    sealed class Finder
    {
        public List<CardProblem> Problems { get; } = [];

        public void Add(string field, string says) => Problems.Add(new CardProblem(field, says));

        public bool Bounded<T>(string field, IReadOnlyList<T> items)
        {
            if (items.Count <= MaxItems)
                return true;
            Add(field, $"has at most {MaxItems} entries.");
            return false;
        }

        public void List(string field, IReadOnlyList<string>? items, Action<string, string?> check)
        {
            if (items is null || !Bounded(field, items))
                return;
            var seen = new HashSet<string>(StringComparer.Ordinal);
            for (var i = 0; i < items.Count; i++)
                if (items[i] is { } item && !seen.Add(item))
                    Add($"{field}[{i}]", "stands there twice.");
                else
                    check($"{field}[{i}]", items[i]);
        }

        public void Needed(string field, string? text) => Line(field, text, MaxWord, needed: true);

        public void Paragraph(string field, string? text) => Line(field, text, MaxText, needed: true);

        public void Text(string field, string? text) => Line(field, text, MaxWord, needed: false);

        void Line(string field, string? text, int max, bool needed)
        {
            if (text is null && !needed)
                return;
            if (text is null || text.Length == 0 || text.Length > max)
                Add(field, $"must have 1 to {max} characters.");
            else if (text.Any(char.IsControl) || text.Trim() != text)
                Add(field, "must be one line without spaces around it.");
        }

        public void Url(string field, string? text)
        {
            if (text is null)
                return;
            if (
                text.Length > MaxText
                || text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
                || !Uri.TryCreate(text, UriKind.Absolute, out var url)
                || url.Scheme is not ("https" or "http")
            )
                Add(field, "must be an address that begins with https:// or http://.");
        }

        public void Modality(string field, string? text) => OneOf(field, text ?? "", Modalities);

        public void OneOf(string field, string? text, IReadOnlyList<string> allowed)
        {
            if (text is not null && !allowed.Contains(text, StringComparer.Ordinal))
                Add(field, $"must be one of {string.Join(", ", allowed)}.");
        }

        public void Word(string field, string? text)
        {
            if (text is null || !WordForm().IsMatch(text))
                Add(field, "must be a lower-case word such as structured_output.");
        }

        public void Slug(string field, string? text)
        {
            if (text is not null && !SlugForm().IsMatch(text))
                Add(field, "must be a word such as text-generation.");
        }

        public void Region(string field, string? text)
        {
            if (!IsRegion(text))
                Add(field, "must be a lower-case region such as eu, us or eu-west-1.");
        }

        public void Language(string field, string? text)
        {
            if (text is null || !LanguageForm().IsMatch(text))
                Add(field, "must be a language code such as en or zh-Hans.");
        }
    }

    // Ids of https://spdx.org/licenses/ and expressions over them are made of these characters.
    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9.+-]{0,63}( (AND|OR|WITH) [A-Za-z0-9][A-Za-z0-9.+-]{0,63}){0,8}\\z")]
    private static partial Regex Spdx();

    [GeneratedRegex("^[a-z][a-z0-9_]{0,63}\\z")]
    private static partial Regex WordForm();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\\z")]
    private static partial Regex SlugForm();

    [GeneratedRegex("^[a-z][a-z0-9-]{0,31}\\z")]
    private static partial Regex RegionForm();

    [GeneratedRegex("^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,4}\\z")]
    private static partial Regex LanguageForm();
}
