using System.Globalization;
using System.Text.Json;
using Portico.Gateway.Routing;

namespace Portico.Gateway.Wire;

/// <summary>Writes names that a key may call in Anthropic's form (https://platform.claude.com/docs/en/api/models-list). All of them are one page.</summary>
static class MessagesModels
{
    public static void WriteList(Utf8JsonWriter json, IReadOnlyList<RoutePlan> plans)
    {
        json.WriteStartObject();
        json.WriteStartArray("data"u8);
        foreach (var plan in plans)
            Write(json, plan);
        json.WriteEndArray();
        json.WriteString("first_id"u8, plans.Count == 0 ? null : plans[0].Route.Name);
        json.WriteString("last_id"u8, plans.Count == 0 ? null : plans[^1].Route.Name);
        json.WriteBoolean("has_more"u8, false);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, RoutePlan plan)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "model"u8);
        json.WriteString("id"u8, plan.Route.Name);
        json.WriteString("display_name"u8, plan.Route.Name);
        json.WriteString(
            "created_at"u8,
            plan.Lead.Deployment.Id.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        );
        json.WriteEndObject();
    }
}
