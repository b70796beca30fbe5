using System.Security.Cryptography;
using System.Text;

namespace Portico.Core;

/// <summary>
/// A credential in memory. It cannot be formatted: <see cref="ToString"/>, JSON and logging give a mask.
/// Only <see cref="Reveal"/> gives the value, and only code that sends it upstream calls that.
/// </summary>
[System.Text.Json.Serialization.JsonConverter(typeof(SecretJsonConverter))]
public sealed class Secret(string value) : IEquatable<Secret>
{
    const string Mask = "•••";

    /// <summary>The value itself. Never log it, never put it in an error.</summary>
    public string Reveal() => value;

    public bool IsEmpty => value.Length == 0;

    public bool Equals(Secret? other) =>
        other is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(value), Encoding.UTF8.GetBytes(other.Reveal()));

    public override bool Equals(object? obj) => Equals(obj as Secret);

    // A constant: a hash of the value would leak something of it into dictionaries and dumps.
    public override int GetHashCode() => 0;

    public override string ToString() => Mask;

    sealed class SecretJsonConverter : System.Text.Json.Serialization.JsonConverter<Secret>
    {
        public override Secret? Read(
            ref System.Text.Json.Utf8JsonReader reader,
            Type type,
            System.Text.Json.JsonSerializerOptions options
        ) => reader.GetString() is { } text ? new Secret(text) : null;

        public override void Write(System.Text.Json.Utf8JsonWriter writer, Secret value, System.Text.Json.JsonSerializerOptions options) =>
            writer.WriteStringValue(Mask);
    }
}
