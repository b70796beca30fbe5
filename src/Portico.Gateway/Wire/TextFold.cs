using System.Text;

namespace Portico.Gateway.Wire;

/// <summary>A text from its fragments. Most answers have one, and that is the text.</summary>
sealed class TextFold
{
    string? only;
    StringBuilder? all;

    public bool IsEmpty => string.IsNullOrEmpty(only) && all is not { Length: > 0 };

    public void Append(string? fragment)
    {
        if (string.IsNullOrEmpty(fragment))
            return;
        if (all is not null)
            all.Append(fragment);
        else if (only is null)
            only = fragment;
        else
            all = new StringBuilder(only).Append(fragment);
    }

    public override string ToString() => all?.ToString() ?? only ?? "";
}
