using System.Text.Json;

namespace Portico.Providers;

/// <summary>
/// Writes turns of providers that want roles to alternate: what follows under the same role joins the turn that is open.
/// </summary>
/// <param name="json">Stands in the array of turns.</param>
/// <param name="parts">The member that holds a turn's parts: <c>content</c>, <c>parts</c>.</param>
sealed class TurnWriter(Utf8JsonWriter json, string parts)
{
    string? open;

    /// <summary>A turn was begun.</summary>
    public bool Any { get; private set; }

    public void Open(string role)
    {
        if (open == role)
            return;
        Close();
        open = role;
        Any = true;
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WriteStartArray(parts);
    }

    public void Close()
    {
        if (open is null)
            return;
        json.WriteEndArray();
        json.WriteEndObject();
        open = null;
    }
}
