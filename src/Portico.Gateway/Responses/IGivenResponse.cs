using System.Text.Json;

namespace Portico.Gateway.Responses;

/// <summary>A response as it was given: made here of events, or passed from a provider that makes responses itself.</summary>
interface IGivenResponse
{
    string Status { get; }

    /// <summary>Where a provider thought it; null = it may be continued anywhere.</summary>
    Place? Place { get; }

    /// <summary>As the caller gets it.</summary>
    byte[] ToJson();

    /// <summary>As it is kept: with seals of reasoning, whether the caller wants them or not.</summary>
    void WriteKept(Utf8JsonWriter json);

    /// <summary>The items of its output that a conversation takes. A call that was cut is left out, because nobody can read its arguments.</summary>
    IEnumerable<ConversationItem> SaidItems();
}
