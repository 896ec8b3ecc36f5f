using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Chat;

/// <summary>What is done with a reserved call: it is made, settled and recorded, whatever its end.</summary>
internal interface IAttempt
{
    /// <summary>True once the caller has seen something of the answer: from then on no other target may take over.</summary>
    bool HasAnswered { get; }

    /// <returns>Null = it went well; what was charged, in nano-USD, in both cases.</returns>
    Task<(ProviderException? Problem, long CostNanoUsd)> RunAsync(ChatCall call, Hold hold, CallClock clock);
}
