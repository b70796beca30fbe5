using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>Folds the events of an answer into one whole answer of a dialect.</summary>
interface IAnswerFold
{
    void Add(ReadOnlySpan<ModelEvent> batch);

    /// <summary>The whole answer as it would have been given.</summary>
    byte[] ToJson(Usage usage);
}
