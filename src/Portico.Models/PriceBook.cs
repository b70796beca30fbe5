using Portico.Observability;

namespace Portico.Models;

/// <summary>Gives the prices that records name.</summary>
sealed class PriceBook(ModelsCatalog catalog) : IPriceBook
{
    public Price? Find(PriceId id, long version) => catalog.Current.FindPrice(id, version);

    public Price? At(string model, DateTimeOffset time) =>
        catalog.Current.FindModel(model) is { } found ? catalog.Current.PriceOf(found.Id, time) : null;
}
