using System.Globalization;
using System.Text;

namespace Portico.Models.Cards;

/// <summary>
/// The metadata block of a Hugging Face model card: YAML between two lines of --- at the head of a README.md. Fields by
/// https://github.com/huggingface/hub-docs/blob/main/modelcard.md and https://huggingface.co/docs/hub/model-cards. What it has no field for stands under
/// <c>portico</c>; unknown keys are allowed there.
/// </summary>
static partial class HuggingFaceCard
{
    const string Own = "portico";

    public static string Write(string name, ModelCard card)
    {
        var yaml = new StringBuilder("---\n");
        Licence(yaml, card.Licence);
        List(yaml, "language", card.Languages);
        One(yaml, "pipeline_tag", card.Task);
        One(yaml, "library_name", card.Library);
        List(yaml, "base_model", card.Lineage?.BaseModels);
        One(yaml, "base_model_relation", card.Lineage?.Relation);
        List(yaml, "datasets", card.Lineage?.DataSets);
        ModelIndex(yaml, name, card);
        if (RestOf(card) is { IsEmpty: false } rest)
            yaml.Append(Own).Append(":\n  ").Append(rest.ToJson().Replace("\n", "\n  ", StringComparison.Ordinal)).Append('\n');
        yaml.Append("---\n\n# ").Append(name).Append('\n');
        Section(yaml, "Intended use", card.IntendedUse);
        Section(yaml, "Limits", card.Limits);
        return yaml.ToString();
    }

    static CardRest RestOf(ModelCard card)
    {
        var lineage = card.Lineage;
        return new CardRest
        {
            Source = card.Source,
            Licence = card.Licence is { } licence && licence != AsRead(licence) ? licence : null,
            Terms = card.Terms,
            Inputs = CardRest.NotEmpty(card.Inputs),
            Outputs = CardRest.NotEmpty(card.Outputs),
            Capabilities = CardRest.NotEmpty(card.Capabilities),
            // An empty list or part reads as none; where the card has one all the same, it is written out.
            Lineage =
                lineage is { BaseModels: null or { Count: 0 }, Relation: null, DataSets: null or { Count: 0 } } || HasEmpty(lineage)
                    ? lineage
                    : null,
            IntendedUse = CardRest.NotEmpty(card.IntendedUse),
            Limits = CardRest.NotEmpty(card.Limits),
            Retirement = card.Retirement,
        };
    }

    static bool HasEmpty(CardLineage? lineage) => lineage?.BaseModels is { Count: 0 } || lineage?.DataSets is { Count: 0 };

    static CardLicence AsRead(CardLicence licence) =>
        Licences.ToHuggingFace(licence.Id) is { } word && licence.Name is null
            ? Licences.FromHuggingFace(word) with
            {
                Url = licence.Url,
            }
            : new CardLicence(Name: licence.Name, Url: licence.Url);

    static void Licence(StringBuilder yaml, CardLicence? licence)
    {
        if (licence is null)
            return;
        var word = licence.Name is null ? Licences.ToHuggingFace(licence.Id) : null;
        One(yaml, "license", word ?? "other");
        if (word is null)
            One(yaml, "license_name", licence.Name ?? licence.Id);
        One(yaml, "license_link", licence.Url);
    }

    static void ModelIndex(StringBuilder yaml, string name, ModelCard card)
    {
        if (card.Evaluations.Count == 0)
            return;
        yaml.Append("model-index:\n- name: ").Append(Quoted(name)).Append("\n  results:\n");
        foreach (var e in card.Evaluations)
        {
            yaml.Append("  - task:\n      type: ").Append(Quoted(card.Task ?? "text-generation")).Append('\n');
            yaml.Append("    dataset:\n      name: ").Append(Quoted(e.Name)).Append("\n      type: ").Append(Quoted(e.Name)).Append('\n');
            yaml.Append("    metrics:\n    - type: ").Append(Quoted(e.Metric)).Append('\n');
            var isNumber = decimal.TryParse(
                e.Value,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out _
            );
            yaml.Append("      value: ").Append(isNumber ? e.Value : Quoted(e.Value)).Append('\n');
            if (e.Source is not null)
                yaml.Append("    source:\n      url: ").Append(Quoted(e.Source)).Append('\n');
        }
    }

    static void One(StringBuilder yaml, string name, string? value)
    {
        if (value is not null)
            yaml.Append(name).Append(": ").Append(Quoted(value)).Append('\n');
    }

    static void List(StringBuilder yaml, string name, IReadOnlyList<string>? values)
    {
        if (values is not { Count: > 0 })
            return;
        yaml.Append(name).Append(":\n");
        foreach (var value in values)
            yaml.Append("- ").Append(Quoted(value)).Append('\n');
    }

    /// <summary>Words stand bare where YAML can take them for nothing else; all other texts are quoted.</summary>
    static string Quoted(string text)
    {
        if (char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '/') && text.Length > 5)
            return text;
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
            if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else if (char.IsControl(c) || c is '\u2028' or '\u2029' or '\ufeff' or '\u00a0')
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                quoted.Append(c);
        return quoted.Append('"').ToString();
    }

    static void Section(StringBuilder page, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
            return;
        page.Append("\n## ").Append(title).Append("\n\n");
        foreach (var line in lines)
            page.Append("- ").Append(line).Append('\n');
    }
}
