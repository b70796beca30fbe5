namespace Portico.Models.Prices;

/// <summary>The classes of service of an imported price.</summary>
static class PriceImportClasses
{
    public static readonly IReadOnlyList<PriceClass> All = [PriceClass.Batch, PriceClass.Flex, PriceClass.Priority];

    /// <summary>What the table says, and the book's own where the table is silent.</summary>
    public static PriceClasses? Over(PriceClasses? table, PriceClasses? book, Func<TokenRates, TokenRates?, TokenRates> rates)
    {
        if (table is null)
            return book;
        ClassRates? Of(PriceClass priceClass)
        {
            var known = book?.Of(priceClass);
            return table.Of(priceClass) is not { } said
                ? known
                : new ClassRates
                {
                    Rates = rates(said.Rates, known?.Rates),
                    TierRates = said.TierRates is { } tier ? rates(tier, known?.TierRates) : known?.TierRates,
                };
        }
        return new PriceClasses
        {
            Batch = Of(PriceClass.Batch),
            Flex = Of(PriceClass.Flex),
            Priority = Of(PriceClass.Priority),
        };
    }
}
