using Portico.Gateway.Ledger;
using Portico.Observability;

namespace Portico.SystemTests.Support;

static class Settling
{
    /// <summary>Settles and gives what meters settled; nothing where the hold was settled before.</summary>
    public static IReadOnlyList<MeterSettlement> Settled(this CreditLedger ledger, Hold hold, Amounts actual)
    {
        var settlements = new List<MeterSettlement>();
        ledger.Settle(hold, actual, settlements);
        return settlements;
    }
}
