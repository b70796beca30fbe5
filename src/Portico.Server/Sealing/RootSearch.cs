using System.Data.Common;
using Dapper;
using Portico.Governance.Keys;
using Portico.Models;
using Portico.Server.Verbs;
using Portico.Storage;

namespace Portico.Server.Sealing;

/// <summary>Why a node is sealed, in a sentence that says what to do, and whether shares would help.</summary>
sealed record SealReason(string Says, bool TakesShares);

/// <summary>Looks for the master key where the settings say it is. Absent is not wrong: a wrong setting is thrown, an absent key is waited for.</summary>
sealed class RootSearch(IConfiguration configuration)
{
    readonly StorageOptions storage = Settings.Of<StorageOptions>(configuration, StorageOptions.Section);

    /// <summary>The id of the root that the store is under; null where it has none or does not say.</summary>
    public async Task<string?> RootOfStoreAsync(CancellationToken ct)
    {
        // An embedded store that is not there is not made for a question.
        if (string.IsNullOrWhiteSpace(storage.PostgresConnection) && !File.Exists(Path.Combine(storage.DataDirectory, "portico.db")))
            return null;
        try
        {
            await using var node = LocalNode.Open(configuration);
            return await KeyRing.RootOfAsync(node.Get<Database>(), ct);
        }
        catch (DbException)
        {
            // Tables of before, or a store that is away: the start itself says so.
            return null;
        }
    }

    /// <summary>The root, or why it is not to be had now.</summary>
    /// <exception cref="PorticoException">A setting is wrong.</exception>
    public async Task<(MasterKey? Root, SealReason? Why)> LookAsync(CancellationToken ct)
    {
        if (ModelsModule.IsInShares(configuration))
            return (
                null,
                new SealReason($"The master key is in shares. Whoever holds one runs '{Verb.Program} unseal', until enough have.", true)
            );
        var file = ModelsModule.MasterKeyFile(configuration, storage);
        if (file is not null && !File.Exists(file) && await RootOfStoreAsync(ct) is { } root)
            return (
                null,
                new SealReason(
                    $"The master key file '{Path.GetFullPath(file)}' is not there, and the store was made under a master key ({root}). Put the file back, mode 600; the node then goes on by itself.",
                    false
                )
            );
        try
        {
            return (ModelsModule.LoadMasterKey(configuration, storage), null);
        }
        catch (PorticoException e) when (e.InnerException is not null)
        {
            return (null, new SealReason($"{e.Message} The node tries again by itself.", false));
        }
    }
}
