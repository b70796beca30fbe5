using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Core.Chat;

namespace Portico.Tests.Support;

/// <summary>
/// The canonical form as readable JSON: every member that is not at its default, lists and JSON values spelled out, so that two requests or two runs of
/// events are equal exactly when their texts are.
/// </summary>
static class CanonicalText
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(object value) => NodeOf(value)!.ToJsonString(Indented);

    static JsonNode? NodeOf(object? value) =>
        value switch
        {
            null => null,
            string text => JsonValue.Create(text),
            bool flag => JsonValue.Create(flag),
            Enum name => JsonValue.Create(name.ToString()),
            JsonElement element => JsonNode.Parse(element.GetRawText()),
            KeyValuePair<string, JsonElement> member => new JsonObject { [member.Key] = NodeOf(member.Value) },
            IFormattable number when value.GetType().IsPrimitive => JsonNode.Parse(number.ToString(null, CultureInfo.InvariantCulture)),
            IEnumerable list => new JsonArray(list.Cast<object?>().Select(NodeOf).ToArray()),
            _ => Members(value),
        };

    static JsonObject Members(object value)
    {
        var node = new JsonObject();
        if (value is ContentPart)
            node["part"] = value.GetType().Name;
        foreach (var property in value.GetType().GetProperties().Where(p => p.GetIndexParameters().Length == 0))
        {
            var member = property.GetValue(value);
            if (IsDefault(member, property.PropertyType))
                continue;
            node[property.Name] = NodeOf(member);
        }
        return node;
    }

    static bool IsDefault(object? member, Type type) =>
        member is null
        || (member is ICollection { Count: 0 })
        || (member is ReadOnlyMemory<byte> { IsEmpty: true })
        || (type.IsValueType && Nullable.GetUnderlyingType(type) is null && !type.IsEnum && member.Equals(Activator.CreateInstance(type)));
}
