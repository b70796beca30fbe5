namespace Portico.Observability;

/// <summary>The prices by which calls were billed. The hub, which stands to the right, has them.</summary>
public interface IPriceBook
{
    /// <summary>A price by id and version; null when the book does not have it.</summary>
    Price? Find(PriceId id, long version);

    /// <summary>The price of a model in force for a time, as the book is now; null when it has none.</summary>
    Price? At(string model, DateTimeOffset time);
}
