using Microsoft.Extensions.Logging;
using Portico.Gateway.Ledger;
using Portico.Models;
using Portico.Observability;

namespace Portico.Gateway.Batches;

/// <summary>Why a batch takes no more lines.</summary>
enum BatchStop
{
    None,

    /// <summary>Its caller wants no more of it.</summary>
    Cancelled,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>This node stops, or the batch is another node's: it goes on elsewhere.</summary>
    GivenUp,
}

/// <summary>What runs need of the node.</summary>
sealed record BatchNode(
    BatchLeases Leases,
    BatchOwnership Ownership,
    BatchCheck Check,
    BatchInput Input,
    StepStore Steps,
    BatchCalls Calls,
    BatchPlaces Places,
    CreditLedger Ledger,
    ICallStore Records,
    ModelsCatalog Models,
    GatewayOptions Options,
    TimeProvider Time,
    ILogger<BatchRun> Logger
);
