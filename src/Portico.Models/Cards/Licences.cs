namespace Portico.Models.Cards;

/// <summary>
/// Licences that models often have: Hugging Face's word (https://huggingface.co/docs/hub/repositories-licenses), the SPDX id
/// (https://spdx.org/licenses/), and whether the text allows commercial use.
/// </summary>
static class Licences
{
    sealed record Known(string HuggingFace, string Spdx, bool CommercialUse);

    static readonly Known[] All =
    [
        new("apache-2.0", "Apache-2.0", true),
        new("mit", "MIT", true),
        new("bsd-2-clause", "BSD-2-Clause", true),
        new("bsd-3-clause", "BSD-3-Clause", true),
        new("mpl-2.0", "MPL-2.0", true),
        new("isc", "ISC", true),
        new("unlicense", "Unlicense", true),
        new("gpl-3.0", "GPL-3.0-only", true),
        new("lgpl-3.0", "LGPL-3.0-only", true),
        new("agpl-3.0", "AGPL-3.0-only", true),
        new("cc0-1.0", "CC0-1.0", true),
        new("cc-by-4.0", "CC-BY-4.0", true),
        new("cc-by-sa-4.0", "CC-BY-SA-4.0", true),
        new("cc-by-nd-4.0", "CC-BY-ND-4.0", true),
        new("cc-by-nc-4.0", "CC-BY-NC-4.0", false),
        new("cc-by-nc-sa-4.0", "CC-BY-NC-SA-4.0", false),
        new("cc-by-nc-nd-4.0", "CC-BY-NC-ND-4.0", false),
    ];

    /// <summary>The licence of a Hugging Face word; an unknown word is the name of a licence of its own.</summary>
    public static CardLicence FromHuggingFace(string word) =>
        Array.Find(All, l => l.HuggingFace == word) is { } known ? Of(known) : new CardLicence(Name: word);

    /// <summary>Hugging Face's word for an SPDX id, null where it has none.</summary>
    public static string? ToHuggingFace(string? spdx) => Array.Find(All, l => l.Spdx == spdx)?.HuggingFace;

    /// <summary>An SPDX id with what its text says of commercial use.</summary>
    public static CardLicence FromSpdx(string id) => Array.Find(All, l => l.Spdx == id) is { } known ? Of(known) : new CardLicence(Id: id);

    static CardLicence Of(Known known) => new(Id: known.Spdx, CommercialUse: known.CommercialUse);
}
