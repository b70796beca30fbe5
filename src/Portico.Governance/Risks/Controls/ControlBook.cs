using System.Collections.Frozen;

namespace Portico.Governance.Risks.Controls;

/// <summary>All controls there are, in the order in which they are shown. The files beside this one have them by what they guard.</summary>
static partial class ControlBook
{
    /// <summary>Made late: the lists lie in other files, whose order of initialisation is nobody's to rely on.</summary>
    static readonly Lazy<IReadOnlyList<Control>> Lines = new(() =>
        [.. OfTexts(), .. OfData(), .. OfPeople(), .. OfMoney(), .. OfRunning()]
    );

    static readonly Lazy<FrozenDictionary<string, Control>> ById = new(() => All.ToFrozenDictionary(c => c.Id, StringComparer.Ordinal));

    public static IReadOnlyList<Control> All => Lines.Value;

    public static Control? Find(string id) => ById.Value.GetValueOrDefault(id);
}
