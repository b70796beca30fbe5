using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portico.Models.Cards;

/// <summary>Cards as they are stored, and as their rest travels in foreign forms.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ModelCard))]
[JsonSerializable(typeof(CardRest))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(Catalogue.KnownCards))]
sealed partial class CardJson : JsonSerializerContext
{
    /// <summary>For people to read, strict about names it does not know.</summary>
    public static CardJson Readable { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
                WriteIndented = true,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                NewLine = "\n",
            }
        );

    /// <summary>Whether two cards say the same; lists of records compare by reference.</summary>
    public static string Text(ModelCard card) => JsonSerializer.Serialize(card, Default.ModelCard);
}
