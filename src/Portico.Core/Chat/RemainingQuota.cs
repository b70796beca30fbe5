namespace Portico.Core.Chat;

/// <summary>What a provider told in the headers of an answer that it will still take; null = not told.</summary>
public readonly record struct RemainingQuota(long? Requests, long? Tokens)
{
    public bool IsTold => Requests is not null || Tokens is not null;
}
