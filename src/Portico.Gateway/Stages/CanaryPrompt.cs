using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Governance;
using Portico.Guardrails.Injection;

namespace Portico.Gateway.Stages;

/// <summary>
/// The system prompt of a call and the canary around it. The prompt is the first run of system and developer messages with words in them. One use case has one canary for one prompt, on every node and
/// after every restart: what a provider caches of a prompt, and the answers that are cached here, stay good.
/// </summary>
/// <param name="First">The message with the first of its texts.</param>
/// <param name="Last">That with the last.</param>
readonly record struct CanaryPrompt(int First, int Last)
{
    /// <summary>Null where the call has no system prompt: there is nothing to leak.</summary>
    public static CanaryPrompt? Of(ChatRequest chat)
    {
        var (first, last) = (-1, -1);
        for (var i = 0; i < chat.Messages.Count; i++)
        {
            var message = chat.Messages[i];
            if (message.Role is not (ChatRole.System or ChatRole.Developer))
            {
                if (first >= 0)
                    break;
                continue;
            }
            if (!message.Parts.OfType<TextPart>().Any(p => !string.IsNullOrWhiteSpace(p.Text)))
                continue;
            (first, last) = (first < 0 ? i : first, i);
        }
        return first < 0 ? null : new CanaryPrompt(first, last);
    }

    /// <summary>HMAC-SHA256 under the key over who calls and every text of the prompt.</summary>
    /// <param name="key">Of the store, which nobody outside knows.</param>
    /// <param name="caller">Another use case has another canary: none can be told by who has its prompt.</param>
    /// <param name="chat">Whose prompt it is.</param>
    public Canary CanaryFor(byte[] key, Caller caller, ChatRequest chat)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        Add(hash, "canary");
        Add(hash, caller.WorkspaceId);
        Add(hash, caller.UseCaseId);
        foreach (var text in TextsOf(chat))
            Add(hash, text.Text);
        return Canary.Make(hash.GetHashAndReset().AsSpan(0, Canary.Bytes));
    }

    IEnumerable<TextPart> TextsOf(ChatRequest chat) =>
        chat.Messages.Skip(First).Take(Last - First + 1).SelectMany(m => m.Parts).OfType<TextPart>();

    /// <summary>Each part with its length, so that no two lists of parts are one.</summary>
    static void Add(IncrementalHash hash, string part)
    {
        var bytes = Encoding.UTF8.GetBytes(part);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{bytes.Length}:")));
        hash.AppendData(bytes);
    }

    /// <summary>The call with the canary around its prompt, in the caller's own bytes where they are what is sent.</summary>
    public ModelCall Enclose(ModelCall call, Canary canary)
    {
        var chat = call.Chat!;
        ChatMessage[] messages = [.. chat.Messages];
        messages[First] = WithText(messages[First], p => p.First(IsText), t => canary.Before + t);
        messages[Last] = WithText(messages[Last], p => p.Last(IsText), t => t + canary.Behind);
        var body = call is { Body: { } sent, BodyIsStale: false }
            ? SystemTexts.Enclose(sent, First, Last, TextsOf(chat).Count(), canary.Before, canary.Behind)
            : null;
        return call with
        {
            Chat = chat with { Messages = messages },
            Body = body ?? call.Body,
            BodyIsStale = call.Body is not null && body is null,
        };
    }

    static bool IsText(ContentPart part) => part is TextPart;

    static ChatMessage WithText(ChatMessage message, Func<IEnumerable<ContentPart>, ContentPart> which, Func<string, string> change)
    {
        var text = (TextPart)which(message.Parts);
        return message with
        {
            Parts = [.. message.Parts.Select(p => ReferenceEquals(p, text) ? text with { Text = change(text.Text) } : p)],
        };
    }
}
